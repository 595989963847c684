"""The name of a picture, which carries its geometry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Annotated, Any

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.rules import EXAMPLE
from .coordinates import move_points, refuse_half_points
from .picture import Picture
from .region import Region
from .size import LONGEST_SIDE, Point, Size

SIDE = r"([1-9][0-9]{0,4})"
OFFSET = r"([0-9]{1,5})"
PART = rf"(?:\+{OFFSET}\+{OFFSET}_in_{SIDE}x{SIDE})?"
FORMAT = re.compile(rf"shot_{SIDE}x{SIDE}_of_{SIDE}x{SIDE}{PART}_([0-9a-f]+)")

TOP_LEFT = Point(0, 0)

EXAMPLE_HANDLE = "shot_1280x720_of_1920x1080_3f9a2c71b0"
ScreenshotId = Annotated[
    str,
    Field(
        description="The picture the coordinates are read off; without it, machine pixels.",
        json_schema_extra={EXAMPLE: EXAMPLE_HANDLE},
    ),
]


def _token() -> str:
    """Long enough that nobody finds another caller's picture by guessing."""
    return token_hex(5)


@dataclass(frozen=True)
class ScreenshotHandle:
    """`shot_1280x720_of_1920x1080_3f9a2c71b0`: what the model saw, of what there is.

    A part of the screen is `shot_960x600_of_320x200+1500+40_in_1920x1080_3f9a2c71b0`: 320x200
    pixels from (1500, 40) on. Any server can map a point with it: nothing has to be remembered.
    """

    shown: Size
    true: Size
    """What it shows, in the screen's pixels."""
    token: str = field(default_factory=_token)
    corner: Point = TOP_LEFT
    """Where on the screen that begins."""
    part_of: Size | None = None
    """The size of the whole screen, where it shows only a part."""

    def __str__(self) -> str:
        x, y = self.corner
        part = f"+{x}+{y}_in_{self.part_of}" if self.part_of else ""
        return f"shot_{self.shown}_of_{self.true}{part}_{self.token}"

    @property
    def screen(self) -> Size:
        """The size of the whole screen."""
        return self.part_of or self.true

    @classmethod
    def for_picture(cls, picture: Picture) -> "ScreenshotHandle":
        """For a picture that is shown as it is."""
        return cls(picture.size, picture.size)

    @classmethod
    def for_region(cls, shown: Size, region: Region, screen: Size) -> "ScreenshotHandle":
        """For a part of the screen, given in the screen's pixels."""
        return cls(shown, region.size, corner=region.corner, part_of=screen)

    @classmethod
    def parse(cls, text: str) -> "ScreenshotHandle":
        match = FORMAT.fullmatch(text)
        handle = cls._from_match(match) if match else None
        if not handle or not handle._possible:
            raise InvalidRequest(
                f'"{text[:60]}" is not a screenshot_id. One stands in the text beside each '
                f"screenshot and looks like {EXAMPLE_HANDLE}."
            )
        return handle

    @classmethod
    def _from_match(cls, match: re.Match[str]) -> "ScreenshotHandle":
        numbers = [int(each) for each in match.groups()[:8] if each is not None]
        shown, true = Size(*numbers[:2]), Size(*numbers[2:4])
        if not numbers[4:]:
            return cls(shown, true, match[9])
        return cls(shown, true, match[9], Point(*numbers[4:6]), Size(*numbers[6:]))

    @property
    def _possible(self) -> bool:
        end = Size(self.corner.x + self.true.width, self.corner.y + self.true.height)
        return max(*self.shown, *self.screen) <= LONGEST_SIDE and end.fits(self.screen)

    def region(self, region: Region) -> Region:
        """The part of the screen under a part of the picture.

        Raises:
            InvalidRequest: it reaches beyond the picture.
        """
        region.require_within(self.shown)
        inside = region.scaled(self.shown, self.true)
        return Region(self.corner.x + inside.left, self.corner.y + inside.top, *inside.size)

    def with_pixels(self, shown: Size) -> "ScreenshotHandle":
        """For the same picture, with coordinates on it in another size."""
        return replace(self, shown=shown, token=_token())

    def point(self, x: float, y: float) -> Point:
        """The screen's pixel under a point of the picture."""
        if not self.shown.holds(x, y):
            raise InvalidRequest(
                f"({x:g}, {y:g}) is outside the picture, which is {self.shown}: x goes up to "
                f"{self.shown.width - 1} and y up to {self.shown.height - 1}."
            )
        inside = Point(int(x), int(y)).scaled(self.shown, self.true)
        return Point(self.corner.x + inside.x, self.corner.y + inside.y)

    def to_machine(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The same parameters, with each point in the machine's pixels."""
        refuse_half_points(parameters)
        return move_points(parameters, self.point)
