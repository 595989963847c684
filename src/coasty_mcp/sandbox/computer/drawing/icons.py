"""The icons of programs, buttons and the mouse pointer."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageDraw

Icon = Literal[
    "Browser",
    "Files",
    "Text Editor",
    "Terminal",
    "back",
    "forward",
    "up",
    "close",
    "minimize",
    "maximize",
    "restore",
    "plus",
    "tick",
    "folder",
    "file",
    "pointer",
]

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


@lru_cache(maxsize=256)
def draw_icon(name: Icon, pixels: int, colour: str) -> Image.Image:
    painter = IconPainter(pixels, colour)
    PAINTERS[name](painter)
    return painter.image.reduce(LARGER)


def _browser(painter: IconPainter) -> None:
    painter.ring(1, 1, 31, 31, colour="#ffffff", fill="#2f7de1")
    painter.ring(10, 1, 22, 31, colour="#d7e8ff")
    for y in (10, 16, 22):
        painter.line(3, y, 29, y, colour="#d7e8ff", width=2)


def _folder(painter: IconPainter) -> None:
    painter.box(2, 5, 15, 14, colour="#d99a26")
    painter.box(2, 8, 30, 27, colour="#e9ad36")
    painter.box(2, 12, 30, 27, colour="#f7c95c")


def _page(painter: IconPainter) -> None:
    painter.shape(6, 2, 20, 2, 26, 8, 26, 30, 6, 30, colour="#ffffff", line="#9aa7b5")
    painter.shape(20, 2, 26, 8, 20, 8, colour="#9aa7b5")
    for y in (13, 18, 23):
        painter.line(10, y, 22, y, colour="#7b8a9a", width=2)


def _text_editor(painter: IconPainter) -> None:
    _page(painter)
    painter.line(15, 25, 28, 10, colour="#e2703a", width=4)
    painter.shape(12, 28, 14, 23, 17, 26, colour="#3b3b3b")


def _terminal(painter: IconPainter) -> None:
    painter.box(1, 4, 31, 28, colour="#d0d7df", radius=3)
    painter.box(2, 5, 30, 27, colour="#1a1f27", radius=2)
    painter.line(7, 11, 13, 16, 7, 21, colour="#7ee0a1", width=3)
    painter.line(15, 22, 23, 22, colour="#7ee0a1", width=3)


def _restore(painter: IconPainter) -> None:
    painter.frame(6, 11, 21, 26)
    painter.line(11, 11, 11, 6, 26, 6, 26, 21, 21, 21)


def _close(painter: IconPainter) -> None:
    painter.line(7, 7, 25, 25)
    painter.line(25, 7, 7, 25)


def _plus(painter: IconPainter) -> None:
    painter.line(16, 6, 16, 26)
    painter.line(6, 16, 26, 16)


def _pointer(painter: IconPainter) -> None:
    outline = (2, 1, 2, 25, 8, 20, 12, 29, 16, 27, 12, 18, 20, 18)
    painter.shape(*outline, colour="#111111", line="#ffffff")


PAINTERS: dict[Icon, Callable[[IconPainter], None]] = {
    "Browser": _browser,
    "Files": _folder,
    "Text Editor": _text_editor,
    "Terminal": _terminal,
    "back": lambda painter: painter.line(20, 6, 10, 16, 20, 26),
    "forward": lambda painter: painter.line(12, 6, 22, 16, 12, 26),
    "up": lambda painter: painter.line(6, 20, 16, 10, 26, 20),
    "close": _close,
    "minimize": lambda painter: painter.line(6, 22, 26, 22),
    "maximize": lambda painter: painter.frame(6, 6, 26, 26),
    "restore": _restore,
    "plus": _plus,
    "tick": lambda painter: painter.line(6, 16, 13, 24, 26, 8, width=5),
    "folder": _folder,
    "file": _page,
    "pointer": _pointer,
}
