"""Finds what is wrong with a condition."""

from collections.abc import Iterator
from typing import Any, cast

from ..rules import unknown_name
from .conditions import MAY_BE_MISSING, OPERANDS
from .fault import Fault
from .references import Known
from .steps import MAX_LEVELS

UNSAID = f"A condition needs an op: {', '.join(OPERANDS)}."


def condition_faults(
    condition: object, path: str, known: Known, later: frozenset[str] = frozenset(), level: int = 1
) -> Iterator[Fault]:
    """Yield the faults of a condition.

    `later` are names that may not exist yet, so that only some operators take them.
    """
    if not isinstance(condition, dict):
        yield Fault(path, "A condition is an object of op and its operands.")
        return
    given = cast("dict[str, Any]", condition)
    op = given.get("op")
    if not isinstance(op, str) or op not in OPERANDS:
        wrong = unknown_name(op[:64], OPERANDS, "operator") if isinstance(op, str) else UNSAID
        yield Fault(f"{path}.op", wrong)
        return
    if level > MAX_LEVELS:
        yield Fault(path, f"Conditions nest at most {MAX_LEVELS} levels deep.")
        return
    operands = OPERANDS[op]
    for name in given:
        if name not in ("op", *operands):
            yield Fault(f"{path}.{name[:64]}", unknown_name(name[:64], operands, "operand"))
    values = known + later if op in MAY_BE_MISSING else known
    for name in operands:
        place = f"{path}.{name}"
        if name not in given:
            yield Fault(place, f"{op} needs {name}.")
        elif name == "condition":
            yield from condition_faults(given[name], place, known, later, level + 1)
        elif name == "conditions":
            for member, inner in _members(given[name], place):
                yield from condition_faults(inner, member, known, later, level + 1)
            if not isinstance(given[name], list) or not given[name]:
                yield Fault(place, f"{op} needs a list of at least one condition.")
        else:
            yield from values.faults(given[name], place)


def _members(conditions: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(conditions, list):
        for index, each in enumerate(cast("list[object]", conditions)):
            yield f"{path}[{index}]", each
