"""Glyphs: letters of the font that comes with Pillow, and those that it lacks, drawn here.

The font (Aileron) has little more than ASCII. Letters with accents are composed, symbols and common
emoji have drawings of their own, and anything else is shown as a box with its code point in it.
"""

import unicodedata
from functools import cache

from .accents import MARKS, paint_accented
from .emoji import EMOJI
from .glyph_painter import Glyph, GlyphPainter, font_advance, in_font
from .symbols import SYMBOLS

BOX = 0.78  # width of what cannot be drawn
INVISIBLE = ("Mn", "Me", "Cf", "Cc", "Sk")


@cache
def glyph(letter: str) -> Glyph:
    """Return the glyph of a letter; what is invisible by itself has no width."""
    if drawn := SYMBOLS.get(letter) or EMOJI.get(letter):
        return drawn
    if in_font(letter):
        return font_advance(letter), lambda painter: painter.letter(letter)
    base, *marks = unicodedata.normalize("NFD", letter)
    known = [mark for mark in marks if mark in MARKS]
    if known and in_font(base):
        return font_advance(base), lambda painter: paint_accented(painter, base, known)
    if unicodedata.category(letter) in INVISIBLE:
        return 0, lambda _: None
    plain = unicodedata.normalize("NFKC", letter)
    if plain != letter and len(plain) == 1:
        return glyph(plain)
    return BOX, lambda painter: _code_point(painter, letter)


def _code_point(painter: GlyphPainter, letter: str) -> None:
    """Draw a box with the code point in it, so that nobody takes it for another letter."""
    digits = f"{ord(letter):04X}".rjust(6 if ord(letter) > 0xFFFF else 4)
    half = len(digits) // 2
    painter.line(0.05, -0.1, 0.73, -0.1, 0.73, 0.8, 0.05, 0.8, 0.05, -0.1, width=0.04)
    for row, part in enumerate((digits[half:], digits[:half])):
        for column, digit in enumerate(part.strip()):
            wide = 0.6 / half
            painter.letter(
                digit, 0.1 + column * wide, 0.02 + 0.42 * row, 0.36 if half == 2 else 0.28
            )
