"""Parts of the desktop, and which of its points lies under a pixel of their picture."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..screens import Point, Size
from ..screens.coordinates import move_points


class ScreenArea(NamedTuple):
    """A part of the desktop in the pointer's units; what lies left of the first monitor is < 0."""

    left: int
    top: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    @property
    def corners(self) -> list[Point]:
        right, bottom = self.left + self.width - 1, self.top + self.height - 1
        return [Point(x, y) for x in (self.left, right) for y in (self.top, bottom)]

    def holds(self, point: Point) -> bool:
        return self.size.holds(point.x - self.left, point.y - self.top)

    def around(self, point: Point, reach: int) -> "ScreenArea":
        """Return the part of it that is at most that far from the point."""
        left, top = max(self.left, point.x - reach), max(self.top, point.y - reach)
        right = min(self.left + self.width, point.x + reach + 1)
        bottom = min(self.top + self.height, point.y + reach + 1)
        return ScreenArea(left, top, right - left, bottom - top)

    def from_picture(self, parameters: Mapping[str, Any], picture: Size) -> dict[str, Any]:
        """Return an action on a picture of this area, with its points moved to the desktop."""

        def move(x: float, y: float) -> Point:
            inside = picture.nearest(x, y).scaled(picture, self.size)
            return Point(self.left + inside.x, self.top + inside.y)

        return move_points(parameters, move)
