"""Pictures of an X screen, read over its connection."""

from PIL import Image
from Xlib import X
from Xlib.display import Display

ROWS = 108
"""Of one request: python-xlib takes a large reply apart slowly."""
ALL_PLANES = 0xFFFFFFFF


def capture(display: Display, width: int, height: int) -> Image.Image:
    """Return the upper left part of the screen, of that size, without the pointer."""
    root = display.screen().root
    strips = [
        root.get_image(0, top, width, min(ROWS, height - top), X.ZPixmap, ALL_PLANES).data
        for top in range(0, height, ROWS)
    ]
    return Image.frombytes("RGB", (width, height), b"".join(strips), "raw", "BGRX")
