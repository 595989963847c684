"""A part of a screen, as models write it, and its picture in true pixels."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, cast

from pydantic import BeforeValidator, Field

from ..api.errors import InvalidRequest
from ..api.rules import EXAMPLE, WORDS
from .fitting import encoded
from .picture import LARGEST_FILE, Picture
from .picture_worker import work_on
from .size import Point, Size

SIDES = (("left", "x"), ("top", "y"), ("width", "w"), ("height", "h"))


class Region(NamedTuple):
    """In pixels, counted from the top left."""

    left: int
    top: int
    width: int
    height: int

    @property
    def corner(self) -> Point:
        return Point(self.left, self.top)

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def require_within(self, whole: Size) -> None:
        """Raise InvalidRequest, which names the bounds, for a region that reaches beyond."""
        fits = self.left + self.width <= whole.width and self.top + self.height <= whole.height
        if min(self.left, self.top) < 0 or min(self.size) < 1 or not fits:
            raise InvalidRequest(
                f"region {list(self)} (left, top, width, height) is not inside the picture, which "
                f"is {whole}: left + width goes up to {whole.width}, top + height up to "
                f"{whole.height}."
            )

    def scaled(self, from_size: Size, to_size: Size) -> "Region":
        """The smallest region that holds this one where the picture has another size."""
        left, top = (
            self.left * to_size.width // from_size.width,
            self.top * to_size.height // from_size.height,
        )
        right = -(-(self.left + self.width) * to_size.width // from_size.width)
        bottom = -(-(self.top + self.height) * to_size.height // from_size.height)
        return Region(left, top, right - left, bottom - top)


def _as_list(value: Any) -> Any:
    """Return the four numbers of an object or a text; whatever else it is stays as it is."""
    if isinstance(value, str):
        text = value.strip()
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = re.split(r"[,;\s]+", text)
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        value = [given.get(name, given.get(other)) for name, other in SIDES]
    return value


RegionArgument = Annotated[
    list[int],
    BeforeValidator(_as_list),
    Field(
        min_length=4,
        max_length=4,
        description="Only this part: left, top, width, height.",
        json_schema_extra={
            WORDS: "left, top, width and height, in pixels",
            EXAMPLE: [100, 50, 400, 300],
        },
    ),
]


async def crop(picture: Picture, region: Region) -> Picture:
    """Return that part of a picture, losslessly.

    Raises:
        InvalidRequest: the region is not inside the picture.
    """
    region.require_within(picture.size)
    return await work_on(picture, _cropped, region)


def _cropped(picture: Picture, region: Region) -> Picture:
    left, top, width, height = region
    part = picture.decoded().crop((left, top, left + width, top + height))
    return encoded(part, "png", LARGEST_FILE)
