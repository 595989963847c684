"""Lines, shapes and rings on a grid of 32, drawn larger and shrunk."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

LARGER = 4

Numbers = Sequence[float]


class IconPainter:
    """Draws on a square whose sides are 32 units long."""

    def __init__(self, pixels: int, colour: str) -> None:
        self.image = Image.new("RGBA", (pixels * LARGER, pixels * LARGER))
        self.colour = colour
        self._draw = ImageDraw.Draw(self.image)
        self._scale = pixels * LARGER / 32

    def _scaled(self, numbers: Numbers) -> list[float]:
        return [number * self._scale for number in numbers]

    def line(self, *points: float, colour: str = "", width: float = 3) -> None:
        ink = colour or self.colour
        self._draw.line(self._scaled(points), ink, round(width * self._scale), "curve")

    def shape(self, *points: float, colour: str = "", line: str | None = None) -> None:
        self._draw.polygon(
            self._scaled(points), colour or self.colour, line, round(2 * self._scale)
        )

    def box(self, *sides: float, colour: str, radius: float = 2) -> None:
        self._draw.rounded_rectangle(self._scaled(sides), radius * self._scale, colour)

    def ring(self, *sides: float, colour: str = "", fill: str | None = None) -> None:
        self._draw.ellipse(self._scaled(sides), fill, colour or self.colour, round(2 * self._scale))

    def frame(self, *sides: float) -> None:
        self._draw.rectangle(self._scaled(sides), None, self.colour, round(3 * self._scale))
