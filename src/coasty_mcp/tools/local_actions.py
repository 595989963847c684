"""Actions for this computer: read as models write them, carried out up to the first failure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api.errors import CoastyError, InvalidRequest
from ..local import Report, Screen, ScreenArea, ScreenView, usual_action
from ..screens import Point, ScreenshotHandle, Settled, points_in
from .written_actions import in_words, name_and_parameters, numbered

Action = tuple[str, dict[str, Any]]
"""Its kind and its parameters."""


def read_actions(
    action_type: str | None,
    params: Mapping[str, Any] | None,
    actions: Sequence[Mapping[str, Any]] | None,
) -> list[Action]:
    """Return what is to be done: one action, or a list of them.

    Raises:
        InvalidRequest: none or both are given, or one is wrong.
    """
    if (action_type is None) == (actions is None):
        given = "you gave both" if actions else "you gave none"
        raise InvalidRequest(f"Give either action_type or actions: {given}.")
    if action_type is not None:
        return [usual_action(action_type, params or {})]
    if params:
        raise InvalidRequest("params belong to action_type; each of actions has its own.")
    return [_read(number, action) for number, action in enumerate(actions or [], 1)]


def _read(number: int, action: Mapping[str, Any]) -> Action:
    name, parameters = name_and_parameters(number, action)
    with numbered(number):
        return usual_action(name, parameters)


@dataclass(frozen=True)
class ReadOff:
    """The picture that the coordinates of actions were read off."""

    screenshot_id: str
    handle: ScreenshotHandle
    area: ScreenArea
    given: bool
    """Whether the caller named it, or it is the last one that was shown."""

    def on_desktop(self, actions: Sequence[Action]) -> list[Action]:
        """Return the actions with the points of the desktop.

        Raises:
            InvalidRequest: a point is not on the picture, or may be on another one.
        """
        if self.handle.part_of and not self.given and _points(actions):
            raise InvalidRequest(
                f"The last picture, {self.screenshot_id}, shows a part of the screen: give the "
                "screenshot_id that the coordinates are read off."
            )
        handle = self.handle
        return [
            (kind, self.area.from_picture(handle.to_machine(points), handle.screen))
            for kind, points in actions
        ]

    def told(self, actions: Sequence[Action]) -> list[str]:
        """Return the line that names it, where nobody else has, and it is not all the same."""
        same = (0, 0, *self.handle.shown) == self.area
        if self.given or same or not _points(actions):
            return []
        return [f"Its coordinates were read off {self.screenshot_id}, the last picture shown."]


def read_off(screen: Screen, screenshot_id: str | None) -> ReadOff | None:
    """Return the picture of that id, or else the last one; None where none was shown yet."""
    name = screenshot_id or screen.seen.last
    if not name:
        return None
    handle = ScreenshotHandle.parse(name)
    return ReadOff(name, handle, screen.seen.area_of(name), given=bool(screenshot_id))


def _points(actions: Sequence[Action]) -> list[Point]:
    return [point for _, parameters in actions for point in points_in(parameters)]


async def carry_out(
    screen: Screen,
    actions: Sequence[Action],
    same_window: bool,
    seen: ReadOff | None,
    look: Callable[[], Awaitable[Settled[ScreenView]]] | None,
    report: Report,
) -> tuple[list[str], Settled[ScreenView] | None]:
    """Carry the actions out in order, and return what was done, with the outcome if it is wanted.

    Raises:
        CoastyError: one could not be done; it says which, what was done, and what was not begun.
    """
    done: list[str] = []
    try:
        async with screen.controlled(same_window, report) as act:
            if seen and (first := _points(actions[:1])):
                await screen.require_unchanged(seen.screenshot_id, first[0])
            for kind, parameters in actions:
                done.append(await act(kind, parameters))
            return done, await look() if look else None
    except CoastyError as error:
        raise _after(error, actions, done) from error


def told(done: Sequence[str], rest: Settled[ScreenView] | None = None) -> list[str]:
    """Return a line for each action that was done."""
    ending = f", {rest}" if rest else ""
    if len(done) == 1:
        return [f"Done: {done[0]}{ending}."]
    head = f"{len(done)} actions done{ending}:"
    return [head, *(f"{number}. {what}" for number, what in enumerate(done, 1))]


def _after(error: CoastyError, actions: Sequence[Action], done: Sequence[str]) -> CoastyError:
    """Return the failure with what had been done before it, and what was not begun."""
    if len(actions) == 1 and not done:
        return error
    parts, number = [error.facts["message"]], len(done) + 1
    if number <= len(actions):
        parts[0] = f"Action {number} of {len(actions)}, {actions[number - 1][0]}: {parts[0]}"
    if done:
        before = "; ".join(f"{each}. {what}" for each, what in enumerate(done, 1))
        parts.append(f"Done before it: {before}.")
    if number < len(actions):
        parts.append(f"Not begun: {in_words(range(number + 1, len(actions) + 1))}.")
    error.facts["message"] = " ".join(parts)
    return error
