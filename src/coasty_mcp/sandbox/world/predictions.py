"""What the sandbox's eyes say, as the API answers it: in the pixels that were asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
MOST_NAMED = 20  # elements in an error message
AXES = {
    **dict.fromkeys(("x", "x1", "x2", "from_x", "to_x"), 0),
    **dict.fromkeys(("y", "y1", "y2", "from_y", "to_y"), 1),
}


def predict_on(
    instruction: str, scene: "Scene | None", most: int, tools: Sequence[str] | None
) -> "Prediction":
    """In the scene's own pixels; a failure without a scene."""
    from .. import planner as planner

    if scene:
        return planner.predict(instruction, scene, most, tools)
    fail: planner.Action = {"action_type": "fail", "params": {"reason": STRANGE}}
    return planner.Prediction([fail], "fail", STRANGE)


def ground_on(element: str, scene: "Scene | None", screen: Screen) -> tuple[int, int]:
    """The middle of the element, in the screen's pixels."""
    from .. import planner as planner

    place = planner.ground(element, scene) if scene else None
    if not (scene and place):
        raise invalid_request(_sees(scene) if scene else STRANGE, "body", "element")
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
    """Add what was asked for besides the actions."""
    if asked.include_reasoning:
        reply.reasoning = prediction.reasoning
    if asked.include_raw_code:
        _add_code(reply)


def _add_code(reply: Answer) -> None:
    """To the reply, and to those of its actions that have any."""
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
    """A pixel of the scene as the pixel of the screen that holds its middle."""
    return int((value + 0.5) * screen[axis] / (scene.width, scene.height)[axis])


def _sees(scene: "Scene") -> str:
    labels = list(dict.fromkeys(element.label for element in scene.elements))
    return f"There is no such element here. There are: {', '.join(labels[:MOST_NAMED])}."
