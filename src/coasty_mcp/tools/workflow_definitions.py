"""A workflow's definition, checked and priced before anything is sent."""

from typing import Any

from ..api.errors import InvalidRequest
from ..api.wire.base import Record, Reply
from ..api.workflows import GUIDE, faults, worst_case
from ..server.results import TextResult, text_result

MOST_FAULTS = 20


class FaultFound(Record):
    path: str
    message: str


class Verdict(Reply):
    """What coasty_validate_workflow answers."""

    valid: bool
    faults: list[FaultFound]
    worst_case_credits: int | None = None
    """None when nothing bounds it."""
    guide: str | None = None
    """How a definition is written, for one that has faults."""


def judged(
    definition: dict[str, Any], inputs_schema: dict[str, Any] | None, max_iterations: int | None
) -> TextResult[Verdict]:
    found = _faults(definition, inputs_schema)
    if found:
        head = f"{len(found)} faults." if len(found) > 1 else "1 fault."
        verdict = Verdict(valid=False, faults=found, guide=GUIDE)
        return text_result(verdict, head, *map(_line, found), GUIDE)
    cost = worst_case(definition, max_iterations)
    verdict = Verdict(valid=True, faults=[], worst_case_credits=cost.credits)
    return text_result(verdict, f"Valid. {bound(definition, max_iterations)}")


def refuse_faults(definition: dict[str, Any], inputs_schema: dict[str, Any] | None) -> None:
    if found := _faults(definition, inputs_schema):
        message = "\n".join(["The workflow has faults.", *map(_line, found)])
        raise InvalidRequest(message, details=[fault.model_dump() for fault in found])


def bound(definition: dict[str, Any], max_iterations: int | None) -> str:
    cost = worst_case(definition, max_iterations)
    if cost.credits is None:
        loops = ", ".join(cost.unbounded)
        return f"Nothing bounds its cost ({loops}): set max_iterations and budget_cents."
    return f"It costs at most {cost.credits} credits (${cost.credits / 100:.2f}) a run."


def _faults(definition: dict[str, Any], inputs_schema: dict[str, Any] | None) -> list[FaultFound]:
    found = faults(definition, inputs_schema)
    return [FaultFound(path=each.path, message=each.message) for each in found[:MOST_FAULTS]]


def _line(fault: FaultFound) -> str:
    return f"{fault.path}: {fault.message}" if fault.path else fault.message
