"""The icons of programs, buttons and the mouse pointer."""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from PIL import Image

from .icon_painter import LARGER, IconPainter
from .program_icons import browser, folder, page, terminal, text_editor

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


@lru_cache(maxsize=256)
def draw_icon(name: Icon, pixels: int, colour: str) -> Image.Image:
    painter = IconPainter(pixels, colour)
    PAINTERS[name](painter)
    return painter.image.reduce(LARGER)


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
    "Browser": browser,
    "Files": folder,
    "Text Editor": text_editor,
    "Terminal": terminal,
    "back": lambda painter: painter.line(20, 6, 10, 16, 20, 26),
    "forward": lambda painter: painter.line(12, 6, 22, 16, 12, 26),
    "up": lambda painter: painter.line(6, 20, 16, 10, 26, 20),
    "close": _close,
    "minimize": lambda painter: painter.line(6, 22, 26, 22),
    "maximize": lambda painter: painter.frame(6, 6, 26, 26),
    "restore": _restore,
    "plus": _plus,
    "tick": lambda painter: painter.line(6, 16, 13, 24, 26, 8, width=5),
    "folder": folder,
    "file": page,
    "pointer": _pointer,
}
