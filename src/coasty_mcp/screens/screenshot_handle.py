"""The name of a picture, which carries its geometry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Annotated, Any

from pydantic import Field

from ..api.errors import InvalidRequest
from .coordinates import move_points, refuse_half_points
from .picture import Picture
from .size import LONGEST_SIDE, Point, Size

SIDE = r"([1-9][0-9]{0,4})"
FORMAT = re.compile(rf"shot_{SIDE}x{SIDE}_of_{SIDE}x{SIDE}_([0-9a-f]+)")

ScreenshotId = Annotated[
    str,
    Field(description="The picture the coordinates are read off; without it, machine pixels."),
]


def _token() -> str:
    """Long enough that nobody finds another caller's picture by guessing."""
    return token_hex(5)


@dataclass(frozen=True)
class ScreenshotHandle:
    """`shot_1280x720_of_1920x1080_3f9a2c71b0`: what the model saw, of what there is.

    Any server can map a point with it: nothing has to be remembered.
    """

    shown: Size
    true: Size
    token: str = field(default_factory=_token)

    def __str__(self) -> str:
        return f"shot_{self.shown}_of_{self.true}_{self.token}"

    @classmethod
    def for_picture(cls, picture: Picture) -> "ScreenshotHandle":
        """For a picture that is shown as it is."""
        return cls(picture.size, picture.size)

    @classmethod
    def parse(cls, text: str) -> "ScreenshotHandle":
        match = FORMAT.fullmatch(text)
        sides = [int(side) for side in match.groups()[:4]] if match else []
        if not match or max(sides) > LONGEST_SIDE:
            raise InvalidRequest(
                f'"{text[:60]}" is not a screenshot_id. One stands in the text beside each '
                "screenshot and looks like shot_1280x720_of_1920x1080_3f9a2c71b0."
            )
        return cls(Size(*sides[:2]), Size(*sides[2:]), match[5])

    def point(self, x: float, y: float) -> Point:
        """The machine's pixel under a point of the picture."""
        if not self.shown.holds(x, y):
            raise InvalidRequest(
                f"({x:g}, {y:g}) is outside the picture, which is {self.shown}: x goes up to "
                f"{self.shown.width - 1} and y up to {self.shown.height - 1}."
            )
        return Point(int(x), int(y)).scaled(self.shown, self.true)

    def to_machine(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The same parameters, with each point in the machine's pixels."""
        refuse_half_points(parameters)
        return move_points(parameters, self.point)
