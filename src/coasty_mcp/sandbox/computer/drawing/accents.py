"""Letters with the accents that the font lacks."""

from collections.abc import Callable

from .glyph_painter import GlyphPainter, font_of_size

DOTTED = "ij"


def paint_accented(painter: GlyphPainter, base: str, marks: list[str]) -> None:
    left, top, right, _ = font_of_size(400).getbbox(base, anchor="ls")
    x, y = (left + right) / 800, -top / 400
    painter.letter(base)
    if base in DOTTED and any(mark not in BELOW for mark in marks):
        y = -font_of_size(400).getbbox("x", anchor="ls")[1] / 400
        painter.shape(0, 1, 1, 1, 1, y + 0.03, 0, y + 0.03, ink=0)
    for mark in marks:
        MARKS[mark](painter, x, 0 if mark in BELOW else y + 0.13)


def _dots(painter: GlyphPainter, x: float, y: float) -> None:
    for side in (-0.12, 0.12):
        painter.disc(x + side, y, 0.055)


def _zigzag(*points: float) -> Callable[[GlyphPainter, float, float], None]:
    """Return what draws a line through points around a place."""

    def paint(painter: GlyphPainter, x: float, y: float) -> None:
        places = (at + (y if index % 2 else x) for index, at in enumerate(points))
        painter.line(*places, width=0.06)

    return paint


def _double_acute(painter: GlyphPainter, x: float, y: float) -> None:
    for side in (-0.14, 0.04):
        _zigzag(side, -0.05, side + 0.1, 0.07)(painter, x, y)


BELOW = "\u0323\u0327\u0328"


MARKS: dict[str, Callable[[GlyphPainter, float, float], None]] = {
    "\u0300": _zigzag(-0.1, 0.07, 0.06, -0.05),
    "\u0301": _zigzag(-0.06, -0.05, 0.1, 0.07),
    "\u0302": _zigzag(-0.13, -0.05, 0, 0.06, 0.13, -0.05),
    "\u0303": _zigzag(-0.15, -0.03, -0.07, 0.03, 0.07, -0.03, 0.15, 0.03),
    "\u0304": _zigzag(-0.13, 0, 0.13, 0),
    "\u0306": lambda painter, x, y: painter.arc(x, y + 0.07, 0.12, 0, 180),
    "\u0307": lambda painter, x, y: painter.disc(x, y, 0.055),
    "\u0308": _dots,
    "\u030a": lambda painter, x, y: painter.ring(x, y + 0.02, 0.1, 0.05),
    "\u030b": _double_acute,
    "\u030c": _zigzag(-0.13, 0.06, 0, -0.05, 0.13, 0.06),
    "\u0323": lambda painter, x, y: painter.disc(x, -0.14, 0.055),
    "\u0327": _zigzag(0, 0, 0.06, -0.09, 0, -0.19, -0.1, -0.19),
    "\u0328": _zigzag(0.1, 0, 0.02, -0.1, 0.08, -0.19, 0.17, -0.17),
}
