"""The painter that glyphs are drawn with, and the font that comes with Pillow."""

from collections.abc import Callable
from functools import cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont

LINE = 1.4  # height of a line, as a multiple of the font size
BASELINE = 1.06

font_of_size = cache(ImageFont.load_default)
_MISSING = "\U0010fffd"


class GlyphPainter:
    """Draws one glyph. Coordinates are multiples of the font size, upwards from the baseline."""

    def __init__(self, size: int, width: float, stroke: float) -> None:
        self.size = size
        self.stroke = stroke
        self.image = Image.new("L", (ceil((width + stroke) * size) + 1, int(size * LINE)))
        self._draw = ImageDraw.Draw(self.image)

    def letter(self, text: str, x: float = 0, y: float = 0, scale: float = 1) -> None:
        place = self._point(x, y)
        font = font_of_size(max(1, round(self.size * scale)))
        self._draw.text(place, text, 255, font, anchor="ls", stroke_width=self.size * self.stroke)

    def line(self, *points: float, width: float = 0.075, ink: int = 255) -> None:
        thickness = max(1, round(self.size * (width + self.stroke)))
        self._draw.line(self._points(points), ink, thickness, "curve")

    def shape(self, *points: float, ink: int = 255) -> None:
        self._draw.polygon(self._points(points), ink)

    def disc(self, x: float, y: float, radius: float, ink: int = 255) -> None:
        self._draw.ellipse(self._around(x, y, radius), ink)

    def ring(self, x: float, y: float, radius: float, width: float = 0.06) -> None:
        thickness = max(1, round(self.size * width))
        self._draw.ellipse(self._around(x, y, radius), None, 255, thickness)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """Draw a part of a circle; the angles are in degrees, clockwise from the right."""
        thickness = max(1, round(self.size * (0.07 + self.stroke)))
        self._draw.arc(self._around(x, y, radius), start, end, 255, thickness)

    def _around(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        return *self._point(x - radius, y + radius), *self._point(x + radius, y - radius)

    def _points(self, numbers: tuple[float, ...]) -> list[tuple[float, float]]:
        return [self._point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (x + self.stroke / 2) * self.size, (BASELINE - y) * self.size


Paint = Callable[[GlyphPainter], None]
Glyph = tuple[float, Paint]
"""How wide a glyph is, as a multiple of the font size, and what draws it."""


@cache
def in_font(letter: str) -> bool:
    return letter == " " or _pixels(letter) != _pixels(_MISSING)


def font_advance(letter: str) -> float:
    return font_of_size(400).getlength(letter) / 400


def _pixels(letter: str) -> bytes:
    image = Image.new("L", (64, 64))
    ImageDraw.Draw(image).text((8, 8), letter, 255, font_of_size(32))
    return image.tobytes()


def together(*paints: Paint) -> Paint:
    """Return what paints one thing after the other."""

    def paint(painter: GlyphPainter) -> None:
        for each in paints:
            each(painter)

    return paint
