"""Rectangles in units: the screen is always 720 units high, at any number of pixels."""

from typing import NamedTuple

SCREEN_HEIGHT = 720


class Rect(NamedTuple):
    """A rectangle in units; its right and bottom edges are outside."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, dx: float, dy: float) -> "Rect":
        return Rect(self.x + dx, self.y + dy, self.width - 2 * dx, self.height - 2 * dy)

    def moved(self, dx: float, dy: float) -> "Rect":
        return self._replace(x=self.x + dx, y=self.y + dy)

    def intersection(self, other: "Rect") -> "Rect":
        """Return what both cover; its width or height is 0 when they do not overlap."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = max(0, min(self.right, other.right) - x)
        height = max(0, min(self.bottom, other.bottom) - y)
        return Rect(x, y, width, height)
