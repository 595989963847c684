"""Pictures of an X screen, read over its connection."""

from PIL import Image
from Xlib import X
from Xlib.display import Display

ROWS = 108
"""Of one request: python-xlib takes a large reply apart slowly."""
ALL_PLANES = 0xFFFFFFFF


def capture(display: Display, width: int, height: int, left: int = 0, top: int = 0) -> Image.Image:
    """Return a part of the screen, of that size, without the pointer."""
    root = display.screen().root
    strips = [
        root.get_image(left, at, width, min(ROWS, top + height - at), X.ZPixmap, ALL_PLANES).data
        for at in range(top, top + height, ROWS)
    ]
    return Image.frombytes("RGB", (width, height), b"".join(strips), "raw", "BGRX")
