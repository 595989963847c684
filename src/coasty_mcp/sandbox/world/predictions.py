"""Predictions and points as the API answers them: in the pixels that were asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ...api.wire import predict as wire
from ...api.wire.sessions import SessionPredict, SessionPrediction
from ..planner.pyautogui_writer import raw_code
from .validation import invalid_request

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner import Prediction
    from ..scene import Scene

Screen = tuple[int, int]
Asked = wire.PredictRequest | SessionPredict
Answer = wire.PredictReply | SessionPrediction

NEWEST = "v5"
SINGLE_ACTION = "v1"
STRANGE = "The sandbox only sees its own desktops, and this picture is of none of them."
GUESSED = "Nothing was done for the instruction: this answer is a guess, to try a program with."
MOST_NAMED = 20  # elements in an error message
AXES = {
    **dict.fromkeys(("x", "x1", "x2", "from_x", "to_x"), 0),
    **dict.fromkeys(("y", "y1", "y2", "from_y", "to_y"), 1),
}


def predict_on(
    instruction: str, scene: "Scene | None", most: int, tools: Sequence[str] | None
) -> "Prediction":
    """Return the planner's prediction, in the scene's own pixels.

    Without a scene it is a guess that harms nothing: wait a moment, and be done.
    """
    from .. import planner

    if scene:
        return planner.predict(instruction, scene, most, tools)
    wait: planner.Action = {"action_type": "wait", "params": {"ms": 500, "seconds": 0.5}}
    done: planner.Action = {"action_type": "done", "params": {}}
    may_wait = most > 1 and (tools is None or "wait" in tools)
    return planner.Prediction([wait, done] if may_wait else [done], "done", f"{STRANGE} {GUESSED}")


def ground_on(element: str, scene: "Scene | None", screen: Screen) -> tuple[int, int]:
    """Return the middle of the element, in the screen's pixels.

    Without a scene it is a guess: a point of the screen's middle part, always the same for the
    same words.

    Raises:
        InvalidRequest: nothing in the scene is called like that.
    """
    from .. import planner

    if not scene:
        width, height = screen
        number = crc32(element.encode(errors="replace"))
        return width // 4 + number % (width // 2), height // 4 + number % (height // 2)
    place = planner.ground(element, scene)
    if not place:
        raise invalid_request(_sees(scene), "body", "element")
    return _scaled(place[0], 0, scene, screen), _scaled(place[1], 1, scene, screen)


def scaled_actions(
    screen: Screen, prediction: "Prediction", scene: "Scene | None"
) -> list[wire.Action]:
    return [
        wire.Action(
            action_type=action["action_type"],
            params=_placed(action["params"], scene, screen) if scene else action["params"],
        )
        for action in prediction.actions
    ]


def add_explanation(reply: Answer, asked: Asked, prediction: "Prediction") -> None:
    """Add the reasoning and the code that were asked for to the reply."""
    if asked.include_reasoning:
        reply.reasoning = prediction.reasoning
    if asked.include_raw_code:
        _add_code(reply)


def _add_code(reply: Answer) -> None:
    """Add pyautogui code to the reply, and to those of its actions that have any."""
    reply.raw_code = []
    for action in reply.actions:
        if line := raw_code(action.action_type, action.params):
            action.raw_code = line
            reply.raw_code.append(line)


def _placed(params: dict[str, Any], scene: "Scene", screen: Screen) -> dict[str, Any]:
    return {
        name: _scaled(value, AXES[name], scene, screen) if name in AXES else value
        for name, value in params.items()
    }


def _scaled(value: int, axis: int, scene: "Scene", screen: Screen) -> int:
    """Map a pixel of the scene to the pixel of the screen that holds its middle."""
    return int((value + 0.5) * screen[axis] / (scene.width, scene.height)[axis])


def _sees(scene: "Scene") -> str:
    labels = list(dict.fromkeys(element.label for element in scene.elements))
    return f"There is no such element here. There are: {', '.join(labels[:MOST_NAMED])}."
