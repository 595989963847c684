"""Checks and prices a workflow's definition before anything is sent."""

from typing import Any

from ..api.errors import InvalidRequest
from ..api.wire.base import Record, Reply
from ..api.workflows import (
    GUIDE,
    faults,
    may_need_machine,
    properties,
    with_defaults,
    worst_case,
)
from ..server.results import Block, TextResult, counted, text_result

MAX_FAULTS = 20


class Fault(Record):
    path: str
    message: str


class ValidationReport(Reply):
    """The reply of coasty_validate_workflow."""

    valid: bool
    faults: list[Fault]
    worst_case_credits: int | None = None
    """None when nothing bounds it."""
    guide: str | None = None
    """The grammar of definitions, where this one has faults."""


def validation_result(
    definition: dict[str, Any] | None,
    inputs_schema: dict[str, Any] | None,
    max_iterations: int | None,
) -> TextResult[ValidationReport]:
    """Return the faults of a definition with the grammar, or the most that a run can cost."""
    if not definition:
        report = ValidationReport(valid=False, faults=[], guide=GUIDE)
        return text_result(report, "A definition is written like this:", Block(GUIDE))
    found = _faults(definition, inputs_schema)
    if found:
        head = f"{counted(len(found), 'fault')}."
        verdict = ValidationReport(valid=False, faults=found, guide=GUIDE)
        return text_result(verdict, head, *map(_fault_line, found), Block(GUIDE))
    cost = worst_case(definition, max_iterations)
    verdict = ValidationReport(valid=True, faults=[], worst_case_credits=cost.credits)
    return text_result(verdict, f"Valid. {worst_case_cost(definition, max_iterations)}")


def run_arguments(
    definition: dict[str, Any], inputs_schema: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what a run needs besides its workflow: a machine, its inputs, a budget."""
    inputs, given = properties(inputs_schema) or {}, with_defaults({}, inputs_schema)
    budget = worst_case(definition, None).credits
    return {
        "machine_id": "<from coasty_list_machines>" if may_need_machine(definition) else None,
        "inputs": {name: f"<{name}>" for name in inputs if name not in given} or None,
        "budget_cents": "<the most it may cost>" if budget is None else budget or None,
    }


def require_valid(definition: dict[str, Any], inputs_schema: dict[str, Any] | None) -> None:
    """Check a definition.

    Raises:
        InvalidRequest: it has faults; the sentence and `details` name each with its path.
    """
    if found := _faults(definition, inputs_schema):
        message = f"The workflow has faults. {' · '.join(map(_fault_line, found))}"
        raise InvalidRequest(message, details=[fault.model_dump() for fault in found])


def worst_case_cost(definition: dict[str, Any], max_iterations: int | None) -> str:
    """Return a sentence with the most that a run can cost, or with what leaves it unbounded."""
    cost = worst_case(definition, max_iterations)
    if cost.credits is None:
        loops = ", ".join(cost.unbounded)
        return f"Nothing bounds its cost ({loops}): set max_iterations and budget_cents."
    return f"It costs at most {counted(cost.credits, 'credit')} (${cost.credits / 100:.2f}) a run."


def _faults(definition: dict[str, Any], inputs_schema: dict[str, Any] | None) -> list[Fault]:
    found = faults(definition, inputs_schema)
    return [Fault(path=each.path, message=each.message) for each in found[:MAX_FAULTS]]


def _fault_line(fault: Fault) -> str:
    return f"{fault.path}: {fault.message}" if fault.path else fault.message
