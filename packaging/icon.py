"""Draws the icon: a pointer above the sea, for `python packaging/icon.py` to write again."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

SIZES = (16, 32, 128, 512)
OVERSAMPLING = 8
NIGHT, DEEP, SHALLOW, WHITE = "#0b2545", "#13699c", "#35c3c1", "#ffffff"
POINTER = [(28, 14), (28, 70), (42, 57), (51, 78), (61, 74), (52, 53), (71, 53)]
WAVES = [(DEEP, 66, 8), (SHALLOW, 78, -8)]
"""Colour, height and swell of each, on a canvas of 100 by 100."""


def icon(size: int) -> Image.Image:
    """Return the icon, drawn larger and then reduced, which smooths the edges."""
    side = size * OVERSAMPLING
    scale = side / 100
    picture = Image.new("RGBA", (side, side), NIGHT)
    draw = ImageDraw.Draw(picture)
    for colour, height, swell in WAVES:
        crest = [(x, height + swell * (x - 50) * x * (x - 100) / 48000) for x in range(101)]
        draw.polygon(_scaled([*crest, (100, 100), (0, 100)], scale), fill=colour)
    draw.polygon(_scaled(POINTER, scale), fill=WHITE)
    rounded = Image.new("L", (side, side))
    ImageDraw.Draw(rounded).rounded_rectangle((0, 0, side - 1, side - 1), 22 * scale, fill=255)
    picture.putalpha(rounded)
    return picture.reduce(OVERSAMPLING)


def _scaled(points: Sequence[tuple[float, float]], scale: float) -> list[tuple[float, float]]:
    return [(x * scale, y * scale) for x, y in points]


if __name__ == "__main__":
    for size in SIZES:
        icon(size).save(Path(__file__).with_name("mcpb") / f"icon-{size}.png", optimize=True)
