"""The API's command for each action that coasty_execute_machine_action takes."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast, get_args

from ..api.errors import InvalidRequest
from ..api.wire import actions as wire
from ..server.context import Waiting

COMMANDS: tuple[str, ...] = get_args(wire.Command)
WITHOUT_API = ("wait", "move", "done", "fail")
"""Actions that the API has no command for: a pause, moving the pointer, and the two verdicts."""
MAX_PAUSE_SECONDS = 40.0
Parameters = Mapping[str, Any]


def api_command(command: str, parameters: Parameters) -> wire.Command | None:
    """Return the API's command for an action's name, or None for an action in `WITHOUT_API`.

    Raises:
        InvalidRequest: there is no such command, or it is raw code.
    """
    if command in WITHOUT_API:
        return None
    if command == "type_text":
        return "type"
    if command == "click" and parameters.get("clicks") == 2:
        return "double_click"
    if command in COMMANDS:
        return cast("wire.Command", command)
    if command == "raw":
        raise InvalidRequest("raw is code, and is never executed: call coasty_predict again.")
    known = [*COMMANDS, *WITHOUT_API, "type_text"]
    close = get_close_matches(command, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {', '.join(known)}."
    raise InvalidRequest(f"There is no command {command}. {hint}")


async def run_without_api(
    machine_id: str, command: str, parameters: Parameters, waiting: Waiting
) -> wire.ActionResult:
    """Carry out an action in `WITHOUT_API`: wait for its seconds, or do nothing."""
    seconds = _pause_seconds(parameters) if command == "wait" else 0.0
    await waiting.sleep(seconds)
    return wire.ActionResult(
        machine_id=machine_id, command=command, success=True, duration_ms=round(1000 * seconds)
    )


def _pause_seconds(parameters: Parameters) -> float:
    try:
        seconds = float(parameters.get("seconds") or float(parameters.get("ms") or 1000) / 1000)
    except (TypeError, ValueError) as error:
        raise InvalidRequest("seconds must be a number.") from error
    if not 0 <= seconds <= MAX_PAUSE_SECONDS:
        raise InvalidRequest(f"seconds must be a number from 0 up to {MAX_PAUSE_SECONDS:g}.")
    return seconds
