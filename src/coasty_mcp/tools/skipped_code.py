"""What of some pyautogui code became no action. The code is read, and never executed."""

import ast
from collections.abc import Iterable

from ..api.untrusted import quoted
from ..api.wire.predict import Action

MOST_NAMED = 5
HOLDS = ("keyDown", "keyUp")
"""Calls that change the actions after them."""


def skipped_statements(code: str, actions: Iterable[Action]) -> list[str]:
    """Return a warning with the statements that became no action, by what each action came from.

    There is none where the API does not say what an action came from, or the code is not Python.
    """
    written = [each.raw_code for each in actions]
    if not written or not all(written):
        return []
    taken = {statement for each in written for statement in _statements(each or "").values()}
    skipped = [
        f"line {line}, {quoted(statement, 80)}"
        for line, statement in _statements(code).items()
        if statement not in taken
    ]
    more = f" and {len(skipped) - MOST_NAMED} more" if len(skipped) > MOST_NAMED else ""
    return [f"Not turned into an action: {'; '.join(skipped[:MOST_NAMED])}{more}."] * bool(skipped)


def _statements(code: str) -> dict[int, str]:
    """Return the statements by their lines, but for imports and held keys."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        each.lineno: ast.unparse(each)
        for each in body
        if not isinstance(each, ast.Import | ast.ImportFrom) and not _holds_a_key(each)
    }


def _holds_a_key(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name))):
            return name in HOLDS
        case _:
            return False
