"""Letters and symbols that the font lacks: `SYMBOLS` has the glyph of each."""

from collections.abc import Iterable

from .glyph_painter import Glyph, GlyphPainter, font_advance, together


def _letters(text: str, *more: tuple[str, float, float, float]) -> Glyph:
    """Return letters of the font side by side, and more of them at x, y and a scale."""

    def paint(painter: GlyphPainter) -> None:
        painter.letter(text)
        for letter, x, y, scale in more:
            painter.letter(letter, x, y, scale)

    return sum(map(font_advance, text)), paint


def _struck(letter: str, *lines: tuple[float, float, float, float]) -> Glyph:
    """Return a letter with lines through it, whose x are parts of its width."""
    wide = font_advance(letter)

    def paint(painter: GlyphPainter) -> None:
        painter.letter(letter)
        for x1, y1, x2, y2 in lines:
            painter.line(x1 * wide, y1, x2 * wide, y2, width=0.05)

    return wide, paint


def _small(text: str, y: float) -> Glyph:
    return 0.6 * sum(map(font_advance, text)), lambda painter: painter.letter(text, 0, y, 0.6)


def _fraction(text: str) -> Glyph:
    def paint(painter: GlyphPainter) -> None:
        painter.letter(text[0], 0, 0.32, 0.55)
        painter.line(0.15, 0, 0.55, 0.7, width=0.04)
        painter.letter(text[1], 0.42, 0, 0.55)

    return 0.8, paint


def _lines(width: float, *lines: tuple[float, ...]) -> Glyph:
    def paint(painter: GlyphPainter) -> None:
        for line in lines:
            painter.line(*line)

    return width, paint


def _same(names: Iterable[str], glyph: Glyph) -> dict[str, Glyph]:
    return dict.fromkeys(names, glyph)


def _arrow(dx: float, dy: float) -> Glyph:
    """Return an arrow in a direction."""
    x, y = 0.5 + 0.36 * dx, 0.35 + 0.36 * dy
    back = (x - 0.22 * dx, y - 0.22 * dy)
    head = (back[0] - 0.2 * dy, back[1] + 0.2 * dx, x, y, back[0] + 0.2 * dy, back[1] - 0.2 * dx)
    return _lines(1, (0.5 - 0.36 * dx, 0.35 - 0.36 * dy, x, y), head)


def _sharp_s(painter: GlyphPainter) -> None:
    painter.line(0.1, 0, 0.1, 0.55)
    painter.arc(0.25, 0.57, 0.17, 180, 360)
    painter.arc(0.27, 0.55, 0.14, 0, 90)
    painter.arc(0.27, 0.21, 0.22, 270, 90)
    painter.line(0.2, 0.03, 0.28, 0.02)


_CHECK = (0.14, 0.3, 0.4, 0.04, 0.92, 0.7)
_CROSS = ((0.18, 0, 0.82, 0.66), (0.18, 0.66, 0.82, 0))

SYMBOLS: dict[str, Glyph] = {
    "ß": (0.55, _sharp_s),
    "ø": _struck("o", (0.05, -0.06, 0.95, 0.6)),
    "Ø": _struck("O", (0.05, -0.04, 0.95, 0.76)),
    "đ": _struck("d", (0.4, 0.62, 1.05, 0.62)),
    "Đ": _struck("D", (-0.04, 0.36, 0.5, 0.36)),
    "ł": _struck("l", (-0.3, 0.24, 1.3, 0.5)),
    "Ł": _struck("L", (-0.05, 0.22, 0.6, 0.48)),
    "æ": _letters("ae"),
    "œ": _letters("oe"),
    "Æ": _letters("AE"),
    "Œ": _letters("OE"),
    "\N{LATIN SMALL LETTER DOTLESS I}": _struck("i"),
    "€": _struck("C", (-0.02, 0.42, 0.7, 0.42), (-0.02, 0.28, 0.7, 0.28)),
    "£": _struck("L", (-0.02, 0.34, 0.7, 0.34)),
    "¥": _struck("Y", (0.2, 0.3, 0.8, 0.3), (0.2, 0.18, 0.8, 0.18)),
    "\N{MULTIPLICATION SIGN}": _lines(0.6, (0.1, 0.12, 0.5, 0.52), (0.1, 0.52, 0.5, 0.12)),
    "÷": (
        0.6,
        together(
            lambda p: p.line(0.06, 0.32, 0.54, 0.32),
            lambda p: p.disc(0.3, 0.52, 0.05),
            lambda p: p.disc(0.3, 0.12, 0.05),
        ),
    ),
    "\N{EN DASH}": _lines(0.55, (0.03, 0.27, 0.52, 0.27)),
    "—": _lines(1, (0.03, 0.27, 0.97, 0.27)),
    "\N{MINUS SIGN}": _lines(0.6, (0.06, 0.32, 0.54, 0.32)),
    "„": _letters(",,"),
    "\N{SINGLE LOW-9 QUOTATION MARK}": _letters(","),
    "•": (0.4, lambda p: p.disc(0.2, 0.3, 0.11)),
    "§": (
        0.55,
        together(
            lambda p: p.letter("S", 0.06, 0.24, 0.68), lambda p: p.letter("S", 0.06, -0.06, 0.68)
        ),
    ),
    "µ": _struck("u", (0.14, 0.5, 0.14, -0.2)),
    "®": (
        0.8,
        together(
            lambda p: p.ring(0.4, 0.36, 0.35, 0.04), lambda p: p.letter("R", 0.26, 0.19, 0.48)
        ),
    ),
    "¡": (
        0.28,
        together(lambda p: p.disc(0.14, 0.5, 0.055), lambda p: p.line(0.14, 0.36, 0.14, -0.18)),
    ),
    "¿": (
        0.5,
        together(
            lambda p: p.disc(0.26, 0.5, 0.055),
            lambda p: p.line(0.26, 0.34, 0.26, 0.2),
            lambda p: p.arc(0.26, 0, 0.18, 0, 270),
        ),
    ),
    "²": _small("2", 0.3),
    "³": _small("3", 0.3),
    "¹": _small("1", 0.3),
    "½": _fraction("12"),
    "¼": _fraction("14"),
    "¾": _fraction("34"),
    "→": _arrow(1, 0),
    "←": _arrow(-1, 0),
    "↑": _arrow(0, 1),
    "↓": _arrow(0, -1),
    **_same("➡", _arrow(1, 0)),
    **_same("✓✔", _lines(1, _CHECK)),
    **_same("✗✘✖❌", _lines(1, *_CROSS)),
}
