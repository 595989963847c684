"""Predictions and points as the API answers them: in the pixels that were asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from .scaling import Screen, scaled
from .validation import invalid_request

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner import Prediction
    from ..scene import Scene


NEWEST = "v5"
SINGLE_ACTION = "v1"
STRANGE = "The sandbox only sees its own desktops, and this picture is of none of them."
GUESSED = "Nothing was done for the instruction: this answer is a guess, to try a program with."
MOST_NAMED = 20  # elements in an error message


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
    return scaled(place[0], 0, scene, screen), scaled(place[1], 1, scene, screen)


def _sees(scene: "Scene") -> str:
    labels = list(dict.fromkeys(element.label for element in scene.elements))
    return f"There is no such element here. There are: {', '.join(labels[:MOST_NAMED])}."
