"""Text as a mask, letter by letter.

Letters are drawn larger and shrunk, because the font's own small sizes round each letter to whole
pixels: text would then need another layout at every screen size.
"""

import unicodedata
from functools import lru_cache

from PIL import Image

from .glyph_painter import LINE, GlyphPainter
from .glyphs import glyph
from .shapes import stretched
from .text_layout import MONO_ADVANCE, STROKE, Face, advance, width

LARGER = 4


@lru_cache(maxsize=512)
def mask(text: str, pixels: float, face: Face) -> Image.Image:
    """Return the text as a mask, one line high, for a font size in pixels.

    Letters with accents of their own are drawn as one letter.
    """
    large = pixels * LARGER
    wide = (int(width(text, pixels, face)) + 2) * LARGER
    strip = Image.new("L", (wide, round(pixels * LINE) * LARGER))
    x = 0.0
    for letter in unicodedata.normalize("NFC", text):
        drawn = _glyph(letter, round(large), face)
        step = large * advance(letter, face)
        left = (step - drawn.width) / 2 if face == "mono" else 0
        strip.paste(255, (round(x + left), 0), drawn)
        x += step
    return strip.reduce(LARGER)


@lru_cache(maxsize=1024)
def _glyph(letter: str, size: int, face: Face) -> Image.Image:
    wide, paint = glyph(letter)
    painter = GlyphPainter(size, wide, STROKE if face == "bold" else 0)
    paint(painter)
    image, most = painter.image, int(size * MONO_ADVANCE)
    if face == "mono" and image.width > most + 1:
        return stretched(image, (most, image.height))
    return image
