"""Evaluates conditions: thirteen operators on values, and nothing that is run as code."""

from operator import ge, gt, le, lt
from typing import Any, cast

from .templates import Scope, Unresolved, in_text, render

PAIR = ("left", "right")
OPERANDS: dict[str, tuple[str, ...]] = {
    "eq": PAIR,
    "ne": PAIR,
    "lt": PAIR,
    "gt": PAIR,
    "lte": PAIR,
    "gte": PAIR,
    "contains": PAIR,
    "truthy": ("value",),
    "falsy": ("value",),
    "exists": ("value",),
    "and": ("conditions",),
    "or": ("conditions",),
    "not": ("condition",),
}
MAY_BE_MISSING = frozenset({"truthy", "falsy", "exists"})
ORDER = {"lt": lt, "gt": gt, "lte": le, "gte": ge}


def holds(condition: dict[str, Any], scope: Scope) -> bool:
    """Return whether the condition is true.

    Raises:
        Unresolved: A value that is compared does not exist, or cannot be compared.
    """
    op = condition["op"]
    match op:
        case "and":
            return all(holds(each, scope) for each in condition["conditions"])
        case "or":
            return any(holds(each, scope) for each in condition["conditions"])
        case "not":
            return not holds(condition["condition"], scope)
        case "truthy" | "falsy" | "exists":
            return _is(op, _value_or_none(condition["value"], scope))
        case _:
            left, right = (render(condition[side], scope) for side in PAIR)
            return _compare(op, left, right)


def _is(op: str, value: Any) -> bool:
    if op == "exists":
        return value is not None
    return bool(value) is (op == "truthy")


def _value_or_none(value: Any, scope: Scope) -> Any:
    try:
        return render(value, scope)
    except Unresolved:
        return None


def _compare(op: str, left: Any, right: Any) -> bool:
    if op in ("eq", "ne"):
        same = left == right and isinstance(left, bool) is isinstance(right, bool)
        return same is (op == "eq")
    if op == "contains":
        return _contains(left, right)
    if not any(isinstance(left, kind) and isinstance(right, kind) for kind in (int | float, str)):
        kinds = f"{type(left).__name__} and {type(right).__name__}"
        raise Unresolved(f"{op} compares two numbers or two texts, not {kinds}.")
    return ORDER[op](left, right)


def _contains(left: Any, right: Any) -> bool:
    """Return whether right is part of a text, a member of a list, or a word in an object."""
    if isinstance(left, list) and right in cast("list[Any]", left):
        return True
    return left is not None and isinstance(right, str) and right in in_text(left)
