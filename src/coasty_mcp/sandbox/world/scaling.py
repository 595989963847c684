"""Points and actions in the pixels that were asked for."""

from typing import TYPE_CHECKING, Any

from ...api.wire import predict as wire

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner import Prediction
    from ..scene import Scene

Screen = tuple[int, int]
AXES = {
    **dict.fromkeys(("x", "x1", "x2", "from_x", "to_x"), 0),
    **dict.fromkeys(("y", "y1", "y2", "from_y", "to_y"), 1),
}


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


def _placed(params: dict[str, Any], scene: "Scene", screen: Screen) -> dict[str, Any]:
    return {
        name: scaled(value, AXES[name], scene, screen) if name in AXES else value
        for name, value in params.items()
    }


def scaled(value: int, axis: int, scene: "Scene", screen: Screen) -> int:
    """Map a pixel of the scene to the pixel of the screen that holds its middle."""
    return int((value + 0.5) * screen[axis] / (scene.width, scene.height)[axis])
