"""Commands of coasty_execute_machine_action: the usual spellings, made the API's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast, get_args

from ..api.errors import InvalidRequest
from ..api.key_names import chord
from ..api.untrusted import named
from ..api.wire import actions as wire
from ..screens import ScreenshotHandle, ScreenshotStore
from ..server.context import Waiter
from .command_parameters import Parameters, missing_parameters, usual_parameters

COMMANDS: tuple[str, ...] = get_args(wire.Command)
WITHOUT_API = ("wait", "move", "done", "fail")
"""Actions that the API has no command for: a pause, moving the pointer, and the two verdicts."""
MAX_PAUSE_SECONDS = 40.0
SPELLINGS: Mapping[str, tuple[str, dict[str, Any]]] = {
    **dict.fromkeys(("type_text", "write", "typewrite", "input_text"), ("type", {})),
    **dict.fromkeys(("left_click", "single_click", "tap"), ("click", {})),
    **dict.fromkeys(("right_click", "context_click"), ("click", {"button": "right"})),
    "middle_click": ("click", {"button": "middle"}),
    **dict.fromkeys(("doubleclick", "left_double_click"), ("double_click", {})),
    "triple_click": ("click", {"clicks": 3}),
    **dict.fromkeys(("hotkey", "key_chord", "keyboard_shortcut"), ("key_combo", {})),
    **dict.fromkeys(("press", "press_key", "keypress", "key"), ("key_press", {})),
    **dict.fromkeys(("left_click_drag", "drag_to", "drag_and_drop"), ("drag", {})),
    **dict.fromkeys(("mouse_move", "move_to", "hover"), ("move", {})),
    **dict.fromkeys(("sleep", "pause"), ("wait", {})),
    "navigate": ("browser_navigate", {}),
}
"""Names that predictions, pyautogui and other agents use, with what they imply."""


@dataclass(frozen=True)
class MachineCommand:
    """A command and its parameters as the API names them, with points in machine pixels."""

    name: str
    parameters: dict[str, Any]

    @property
    def for_api(self) -> wire.Command | None:
        """The API's command, or None for one in `WITHOUT_API`."""
        return None if self.name in WITHOUT_API else cast("wire.Command", self.name)


def machine_command(
    command: str, parameters: Parameters, screenshot: ScreenshotHandle | None
) -> MachineCommand:
    """Return the command as the API takes it.

    Args:
        screenshot: the picture that coordinates were read off, if they are not machine pixels.

    Raises:
        InvalidRequest: there is no such command, it is raw code, parameters are missing, or a
            point lies outside the picture.
    """
    name, implied = _known_command(command)
    given = {**implied, **usual_parameters(name, parameters)}
    if name == "key_press" and isinstance(keys := chord(str(given.get("key") or "")), list):
        name, given = "key_combo", {"keys": keys}
    if missing := missing_parameters(name, given):
        raise InvalidRequest(missing)
    if name == "click" and given.get("clicks") == 2:
        name = "double_click"
    return MachineCommand(name, _in_machine_pixels(given, screenshot) if screenshot else given)


def screenshot_of(
    screenshots: ScreenshotStore, screenshot_id: str | None, machine_id: str
) -> ScreenshotHandle | None:
    """Return the handle of the picture that coordinates are on.

    Raises:
        InvalidRequest: the picture is known to be another machine's.
    """
    if not screenshot_id:
        return None
    handle, shown = ScreenshotHandle.parse(screenshot_id), screenshots.machine_of(screenshot_id)
    if shown not in {None, machine_id}:
        raise InvalidRequest(
            f"{screenshot_id} is a picture of {shown}, not of {machine_id}: "
            "take a screenshot of the machine that you act on."
        )
    return handle


async def run_without_api(
    machine_id: str, command: MachineCommand, waiter: Waiter
) -> wire.ActionResult:
    """Carry out an action in `WITHOUT_API`: wait for its seconds, or do nothing."""
    seconds = _pause_seconds(command.parameters) if command.name == "wait" else 0.0
    await waiter.sleep(seconds)
    return wire.ActionResult(
        machine_id=machine_id,
        command=command.name,
        success=True,
        duration_ms=round(1000 * seconds),
    )


def _known_command(command: str) -> tuple[str, dict[str, Any]]:
    if command in COMMANDS or command in WITHOUT_API:
        return command, {}
    if command in SPELLINGS:
        return SPELLINGS[command]
    if command == "raw":
        raise InvalidRequest("raw is code, and is never executed: call coasty_predict again.")
    known = [*COMMANDS, *WITHOUT_API, "type_text"]
    close = get_close_matches(command, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {', '.join(known)}."
    raise InvalidRequest(f"There is no command {named(command)}. {hint}")


def _in_machine_pixels(parameters: Parameters, screenshot: ScreenshotHandle) -> dict[str, Any]:
    """Return the parameters with points and sizes of the picture as the machine's own."""
    moved = screenshot.to_machine(parameters)
    for side in ("width", "height"):
        if isinstance(length := moved.get(side), int | float):
            scale = getattr(screenshot.true, side) / getattr(screenshot.shown, side)
            moved[side] = round(length * scale)
    return moved


def _pause_seconds(parameters: Parameters) -> float:
    try:
        seconds = float(parameters.get("seconds") or float(parameters.get("ms") or 1000) / 1000)
    except (TypeError, ValueError) as error:
        raise InvalidRequest("seconds must be a number.") from error
    if not 0 <= seconds <= MAX_PAUSE_SECONDS:
        raise InvalidRequest(f"seconds must be a number from 0 up to {MAX_PAUSE_SECONDS:g}.")
    return seconds
