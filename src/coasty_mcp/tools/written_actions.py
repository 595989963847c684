"""An action of a list as models write it: in the API's shape, or in that of predictions."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from ..api.commands import NAMES, PARAMETERS
from ..api.errors import InvalidRequest

OTHERS = {"description", "raw_code", "timeout_ms"}
"""The keys that an action may have besides its name and its parameters."""
NOTHING_DONE = "Nothing was done."


def name_and_parameters(number: int, action: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return what the action of that number is called, and its parameters.

    Raises:
        InvalidRequest: it has no name or several, or its parameters are none.
    """
    names = [str(action[each]) for each in NAMES if action.get(each)]
    given: Any = {}
    for each in PARAMETERS:
        given = action[each] if action.get(each) is not None else given
    known = {*NAMES, *PARAMETERS} | OTHERS
    loose = {name: value for name, value in action.items() if name not in known}
    if len(names) != 1 or not isinstance(given, dict):
        raise InvalidRequest(
            f"Action {number} is not one: write it as {{command, parameters}} or as a prediction "
            'does. For example, {"command": "click", "parameters": {"x": 640, "y": 360}}. '
            f"{NOTHING_DONE}"
        )
    return names[0], {**loose, **cast("dict[str, Any]", given)}


@contextmanager
def numbered(number: int) -> Generator[None]:
    """Let what is wrong with an action, before any is done, say which one it is."""
    try:
        yield
    except InvalidRequest as wrong:
        raise InvalidRequest(f"Action {number}: {wrong.facts['message']} {NOTHING_DONE}") from wrong


def in_words(numbers: range) -> str:
    """Return `action 1`, or `actions 1 to 3`."""
    first, last = numbers[0], numbers[-1]
    return f"action {first}" if first == last else f"actions {first} to {last}"
