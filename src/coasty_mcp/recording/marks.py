"""Where the actions of a call landed, as parts of the screen's width and height."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from ..api.commands import NAMES, PARAMETERS, known_command, usual_parameters
from ..api.errors import CoastyError, InvalidRequest
from ..screens import Point, ScreenshotHandle, points_in
from .finished_call import FinishedCall

OP = "op"
"""The name of an action among the arguments of the tools for browsers, files and terminals."""
MOST_PREDICTIONS = 50
MOST_MACHINES = 50

Mark = dict[str, Any]
"""`points` (pairs of numbers from 0 to 1) and `label`: as the page draws it."""


@dataclass(frozen=True)
class LandedActions:
    """The actions of a call and where they landed."""

    marks: list[Mark]
    predicted: dict[str, Any]
    """`actions` and `screenshot_id` of the prediction that the call carried out, if it was one."""


@dataclass
class ScreenMarks:
    """Remembers the sizes of screens and the actions of predictions, to place later actions."""

    _screens: dict[str, ScreenshotHandle] = field(default_factory=dict[str, ScreenshotHandle])
    _predictions: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def of(self, call: FinishedCall) -> LandedActions:
        """Return where each action of the call landed, and learn from its result."""
        arguments = call.arguments
        predicted = self._predictions.get(str(arguments.get("prediction_id")), {})
        actions = predicted.get("actions") or _actions(arguments)
        on = predicted.get("screenshot_id") or arguments.get("screenshot_id")
        screen = _handle(on) or self._screens.get(call.machine_id)
        self._learn(call)
        marks = [_mark(action, screen, on_picture=bool(on)) for action in actions]
        return LandedActions(marks, predicted)

    def _learn(self, call: FinishedCall) -> None:
        if call.pictures and (handle := _handle(call.screenshot_id)):
            _remember(self._screens, call.machine_id, handle, MOST_MACHINES)
        if name := call.structured.get("prediction_id"):
            predicted = {
                "actions": _dicts(call.structured.get("actions")),
                "screenshot_id": call.structured.get("screenshot_id"),
            }
            _remember(self._predictions, str(name), predicted, MOST_PREDICTIONS)


def _actions(arguments: dict[str, Any]) -> list[Any]:
    """Return the actions among the arguments of a call, in whichever shape they are given."""
    if listed := _dicts(arguments.get("actions")):
        return listed
    return [arguments] if _name(arguments) else []


def _name(action: dict[str, Any]) -> str:
    """Return the name of an action as it was written, or "" where there is none."""
    return next((action[key] for key in (*NAMES, OP) if isinstance(action.get(key), str)), "")


def _parameters(action: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of an action under the names that the API knows."""
    given = dict(action)
    for inner in (action.get(key) for key in PARAMETERS):
        given |= cast("dict[str, Any]", inner) if isinstance(inner, dict) else {}
    with suppress(InvalidRequest):
        name, implied = known_command(_name(action))
        return usual_parameters(name, {**implied, **given})
    return given


def _dicts(value: object) -> list[Any]:
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    return [each for each in entries if isinstance(each, dict)]


def _mark(action: dict[str, Any], screen: ScreenshotHandle | None, *, on_picture: bool) -> Mark:
    parameters = _parameters(action)
    points = points_in(parameters) if screen else []
    label = _label(_name(action), parameters)
    return {"label": label, "points": _parts(points, screen, on_picture)}


def _parts(
    points: list[Point], screen: ScreenshotHandle | None, on_picture: bool
) -> list[tuple[float, float]]:
    """Return the points as parts of the whole screen; those outside of their picture are none."""
    if not screen:
        return []
    with suppress(CoastyError):
        placed = [screen.point(*each) if on_picture else each for each in points]
        width, height = screen.screen
        return [((x + 0.5) / width, (y + 0.5) / height) for x, y in placed]
    return []


def _label(name: str, parameters: dict[str, Any]) -> str:
    """Return `click`, `type "hello"` or `key_combo ctrl+s`."""
    keys = parameters.get("keys") or parameters.get("key")
    if isinstance(keys, list):
        return f"{name} {'+'.join(map(str, cast('list[Any]', keys)))}"[:60]
    said = keys or parameters.get("text") or parameters.get("url")
    return f"{name} {said}"[:60] if said else name[:60]


def _handle(text: object) -> ScreenshotHandle | None:
    try:
        return ScreenshotHandle.parse(str(text)) if text else None
    except CoastyError:
        return None


def _remember(kept: dict[str, Any], name: str, value: object, most: int) -> None:
    kept[name] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
