"""Predicted actions, drawn on the picture that they are for."""

from collections.abc import Sequence

from ..api.wire.predict import Action
from .coordinates import Parameters, points_in, scale_parameters
from .drawing import Pen, Spot
from .fitting import BOX, MOST_BYTES, ImageFormat, encoded
from .picture import Picture
from .picture_worker import work_on
from .size import Size

RADIUS = 14
ARROW = 70
LONGEST_TEXT = 40
DIRECTIONS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


async def draw_actions(
    picture: Picture,
    actions: Sequence[Action],
    size: Size | None = None,
    image_format: ImageFormat = "auto",
) -> Picture:
    """The picture with each action on it and its number, small enough for a model.

    `size` is what the coordinates are pixels of, if it is not the picture's own.
    """
    return await work_on(picture, _draw_actions, actions, size or picture.size, image_format)


def _draw_actions(
    picture: Picture, actions: Sequence[Action], size: Size, image_format: ImageFormat
) -> Picture:
    image = picture.decoded(BOX)
    pen = Pen(Size(*image.size))
    pointer: Spot = pen.size.width / 2, pen.size.height / 2
    for number, action in enumerate(actions, 1):
        params = scale_parameters(action.params, size, pen.size)
        path = points_in(params) or [pointer]
        _mark(pen, action.action_type, params, path)
        pen.tag(f"{number} {_words(action.action_type, params)}".rstrip(), path[0])
        pointer = path[-1]
    pen.put_on(image)
    return encoded(image, image_format, MOST_BYTES)


def _mark(pen: Pen, action_type: str, params: Parameters, path: Sequence[Spot]) -> None:
    x, y = path[0]
    match action_type:
        case "click" | "move":
            pen.ring((x, y), RADIUS)
            pen.crosshair((x, y), RADIUS - 4, RADIUS + 7)
        case "scroll":
            dx, dy = _direction(params)
            pen.ring((x, y), RADIUS)
            pen.arrow((x + dx * RADIUS, y + dy * RADIUS), (x + dx * ARROW, y + dy * ARROW))
        case "drag":
            pen.ring((x, y), RADIUS / 2)
            pen.arrow((x, y), path[-1])
        case _:
            pass


def _direction(params: Parameters) -> tuple[int, int]:
    """Named, or by the sign of the wheel's clicks: up is positive."""
    clicks = params.get("clicks")
    wheel = "up" if isinstance(clicks, int | float) and clicks > 0 else "down"
    return DIRECTIONS.get(str(params.get("direction")), DIRECTIONS[wheel])


def _words(action_type: str, params: Parameters) -> str:
    """What a picture of the spot does not say."""
    match action_type:
        case "click" | "move" | "scroll" | "drag":
            return ""
        case "type_text":
            text = " ".join(str(params.get("text", "")).split())
            return f'"{text}"' if len(text) <= LONGEST_TEXT else f'"{text[:LONGEST_TEXT]}..."'
        case "key_press" | "key_combo":
            keys = params.get("keys") or params.get("key", "")
            return str(keys) if isinstance(keys, str | int) else "+".join(map(str, keys))
        case _:
            return action_type
