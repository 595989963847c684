"""Commands of coasty_execute_machine_action: the usual spellings, made the API's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from ..api.commands import (
    COMMANDS,
    SIZES,
    Parameters,
    known_command,
    refuse_wrong_parameters,
    usual_keys,
    usual_parameters,
)
from ..api.errors import InvalidRequest
from ..api.key_names import chord
from ..api.wire import actions as wire
from ..screens import ScreenshotHandle, ScreenshotStore, Size
from ..server.memory import ListedPage

API_COMMANDS = frozenset(get_args(wire.Command))
MAX_PAUSE_SECONDS = 40.0
STAYS = {"browser_type", "browser_scroll", "browser_wait", "wait", "move"} | {
    f"browser_{what}" for what in ("get_dom", "get_clickables", "state", "info", "screenshot")
}
"""Commands after which an index is still of the same page, whatever the page does."""


@dataclass(frozen=True)
class MachineCommand:
    """A command and its parameters as the API names them, with points in machine pixels."""

    name: str
    parameters: dict[str, Any]
    written: str = ""
    """The name that it was called by."""
    timeout_ms: int | None = None
    page: ListedPage | None = None
    """The page on which its index was listed, if it has one."""

    @property
    def for_api(self) -> wire.ActionStep | None:
        """The request, or None for what the API has no command for: wait, move, done, fail."""
        if self.name not in API_COMMANDS:
            return None
        return wire.ActionStep(
            command=cast("wire.Command", self.name),
            parameters=self.parameters,
            timeout_ms=self.timeout_ms,
        )

    @property
    def tells(self) -> bool:
        """Whether what the machine answers is what the command is called for."""
        return COMMANDS[self.name].tells

    @property
    def stays(self) -> bool:
        """Whether the page in the browser is the same after it."""
        return self.name in STAYS

    @property
    def pause_seconds(self) -> float:
        """How long a wait lasts; 0 for all else."""
        return _pause_seconds(self.parameters) if self.name == "wait" else 0.0


def machine_command(
    command: str,
    parameters: Parameters,
    screenshot: ScreenshotHandle | None,
    timeout_ms: int | None = None,
) -> MachineCommand:
    """Return the command as the API takes it.

    Args:
        screenshot: the picture that coordinates were read off, if they are not machine pixels.

    Raises:
        InvalidRequest: there is no such command, it is raw code, parameters are missing or
            misspelt, or a point lies outside the picture.
    """
    name, implied = known_command(command)
    given = usual_keys(name, usual_parameters(name, {**implied, **parameters}))
    if name == "key_press" and isinstance(keys := chord(str(given.get("key") or "")), list):
        name, given = "key_combo", {"keys": keys}
    refuse_wrong_parameters(name, given)
    if name == "click" and given.get("clicks") == 2:
        name = "double_click"
    moved = _in_machine_pixels(given, screenshot) if screenshot else given
    made = MachineCommand(name, moved, command, timeout_ms)
    _ = made.pause_seconds  # refuses what is no time
    return made


def screenshot_of(
    screenshots: ScreenshotStore, screenshot_id: str | None, machine_id: str
) -> ScreenshotHandle | None:
    """Return the handle of the picture that coordinates are on.

    Raises:
        InvalidRequest: the picture is another machine's, or of a screen of another size.
    """
    if not screenshot_id:
        return None
    handle, shown = ScreenshotHandle.parse(screenshot_id), screenshots.machine_of(screenshot_id)
    if shown not in {None, machine_id}:
        raise InvalidRequest(
            f"{screenshot_id} is a picture of {shown}, not of {machine_id}: "
            "take a screenshot of the machine that you act on."
        )
    screens = set[Size]() if shown else screenshots.screens_of(machine_id)
    if screens and handle.screen not in screens:
        raise InvalidRequest(
            f"{screenshot_id} is of a screen of {handle.screen}, and that of {machine_id} has "
            f"{' or '.join(map(str, screens))}: take a screenshot of it."
        )
    return handle


def _in_machine_pixels(parameters: Parameters, screenshot: ScreenshotHandle) -> dict[str, Any]:
    """Return the parameters with points and sizes of the picture as the machine's own."""
    moved = screenshot.to_machine(parameters)
    for side in SIZES:
        if isinstance(length := moved.get(side), int | float):
            scale = getattr(screenshot.true, side) / getattr(screenshot.shown, side)
            moved[side] = round(length * scale)
    return moved


def _pause_seconds(parameters: Mapping[str, Any]) -> float:
    named, ms = parameters.get("seconds"), parameters.get("ms")
    try:
        seconds = float(named) if named is not None else float(1000 if ms is None else ms) / 1000
    except (TypeError, ValueError) as error:
        raise InvalidRequest("seconds must be a number.") from error
    if not 0 <= seconds <= MAX_PAUSE_SECONDS:
        raise InvalidRequest(f"seconds must be a number from 0 up to {MAX_PAUSE_SECONDS:g}.")
    return seconds
