"""Marks that stand out on any picture: bright, smooth, with a dark rim; and tags with text."""

from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

BRIGHT, DARK = "#ffd60a", "#15151f"
LINE = 3
HEAD = 16
BOLD = 0.4
TEXT = 15
PADDING = 5
FINE = 2  # drawn this much larger, then reduced

GAP = 15  # from a spot to its tag
HEIGHT = TEXT + 2 * PADDING

Spot = tuple[float, float]
Box = tuple[float, float, float, float]


class Pen:
    """Draws on a mask: the marks are where it is white, their rim is what lies around."""

    def __init__(self, size: Size) -> None:
        from PIL import Image, ImageDraw, ImageFont

        self.size = size
        self._mask = Image.new("L", (size.width * FINE, size.height * FINE))
        self._draw = ImageDraw.Draw(self._mask)
        self._font = ImageFont.load_default(TEXT * FINE)
        self._tags: list[tuple[str, Box]] = []

    def put_on(self, image: "Image") -> None:
        from PIL.ImageFilter import MaxFilter

        for text, box in self._tags:
            self._write(text, box)
        marks = self._mask.reduce(FINE)
        rim = marks.filter(MaxFilter(3)).filter(MaxFilter(3))
        image.paste(DARK, mask=rim)
        image.paste(BRIGHT, mask=marks)

    def line(self, start: Spot, end: Spot) -> None:
        self._draw.line([_fine(start), _fine(end)], "white", LINE * FINE)

    def ring(self, middle: Spot, radius: float) -> None:
        self._draw.circle(_fine(middle), radius * FINE, outline="white", width=LINE * FINE)

    def crosshair(self, middle: Spot, inner: float, outer: float) -> None:
        x, y = middle
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            self.line((x + dx * inner, y + dy * inner), (x + dx * outer, y + dy * outer))

    def arrow(self, start: Spot, end: Spot) -> None:
        angle = atan2(end[1] - start[1], end[0] - start[0])
        self.line(start, _away(end, angle, -HEAD / 2))
        corners = [end, *(_away(end, angle + turn, -HEAD) for turn in (-pi / 7, pi / 7))]
        self._draw.polygon([_fine(corner) for corner in corners], "white")

    def tag(self, text: str, beside: Spot) -> None:
        """Dark text in a bright box, clear of the spot and of other tags, on top of all marks."""
        width = int(self._font.getlength(text) / FINE) + 2 * PADDING
        self._tags.append((text, self._free(Size(width, HEIGHT), beside)))

    def _write(self, text: str, box: Box) -> None:
        left, top, right, bottom = (side * FINE for side in box)
        self._draw.rounded_rectangle((left, top, right, bottom), PADDING * FINE, "white")
        start = (left + PADDING * FINE, (top + bottom) / 2)
        self._draw.text(start, text, "black", self._font, anchor="lm", stroke_width=BOLD)

    def _free(self, tag: Size, beside: Spot) -> Box:
        """Up and right of a spot, or left of it at the right edge; then on towards the middle."""
        x, y = beside
        room = x + GAP + tag.width < self.size.width
        left = max(0, x + GAP if room else x - GAP - tag.width)
        top = max(0, y - GAP - tag.height)
        step = HEIGHT + PADDING if y < self.size.height / 2 else -HEIGHT - PADDING
        box = left, top, left + tag.width, top + tag.height
        while any(_overlap(box, other) for _, other in self._tags):
            box = box[0], box[1] + step, box[2], box[3] + step
        return box


def _fine(spot: Spot) -> Spot:
    """Through the middle of the pixel."""
    return (spot[0] + 0.5) * FINE, (spot[1] + 0.5) * FINE


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _away(spot: Spot, angle: float, distance: float) -> Spot:
    return spot[0] + distance * cos(angle), spot[1] + distance * sin(angle)
