"""Stretched pictures, and masks of rounded rectangles."""

from functools import lru_cache

from PIL import Image, ImageDraw

LARGER = 4


def stretched(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture at another size; its proportions may change."""
    whole = (0, 0, *image.size)
    return image.transform(size, Image.Transform.EXTENT, whole, Image.Resampling.BILINEAR)


@lru_cache(maxsize=128)
def rounded(size: tuple[int, int], radius: int, opacity: int) -> Image.Image:
    """Return a mask for a rectangle with rounded corners."""
    width, height = size
    mask = Image.new("L", size, opacity)
    radius = min(radius, width // 2, height // 2)
    if radius:
        circle = _circle(radius, opacity)
        for x, left in ((0, 0), (width - radius, radius)):
            for y, top in ((0, 0), (height - radius, radius)):
                corner = circle.crop((left, top, left + radius, top + radius))
                mask.paste(corner, (x, y))
    return mask


@lru_cache(maxsize=32)
def _circle(radius: int, opacity: int) -> Image.Image:
    side = 2 * radius * LARGER
    large = Image.new("L", (side, side))
    ImageDraw.Draw(large).ellipse((0, 0, side - 1, side - 1), opacity)
    return large.reduce(LARGER)
