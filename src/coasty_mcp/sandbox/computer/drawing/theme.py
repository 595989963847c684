"""The colours of the desktop."""

from functools import lru_cache
from typing import Literal

from PIL import Image, ImageOps

from .shapes import stretched

OsType = Literal["linux", "windows"]

INK = "#1f2933"
MUTED = "#5f6c7b"
LINE = "#cbd2d9"
PAPER = "#ffffff"
CHROME = "#e9edf2"
CHROME_IDLE = "#f5f7fa"
ACCENT = "#2458d3"
RING = "#8fb1f7"
SELECTION = "#b9d2fc"
DANGER = "#c0262d"
TAB_ROW = "#cfd7e1"
TAB_IDLE = "#bcc6d3"
SCROLL_TRACK = "#f1f3f6"
SCROLL_THUMB = "#a9b4c0"
FRAME = "#7d8896"
SHADOW = "#00000018"
PANEL = "#141b26"
PANEL_BUTTON = "#2a3546"
PANEL_ACTIVE = "#41536d"
TERMINAL = "#16191f"
TERMINAL_INK = "#dfe6ee"
PROMPT = "#7ee0a1"

WALLPAPERS: dict[OsType, tuple[str, str, str]] = {
    "linux": ("#2b2d6e", "#6d4c9f", "#e08e79"),
    "windows": ("#0a2a5e", "#1f6fc4", "#8fd3f4"),
}


@lru_cache(maxsize=4)
def wallpaper(os_type: OsType, size: tuple[int, int]) -> Image.Image:
    """Return a gradient across the screen; it is cached, so copy it before drawing on it."""
    top, middle, bottom = WALLPAPERS[os_type]
    gradient = Image.linear_gradient("L")
    down, across = (stretched(each, size) for each in (gradient, gradient.rotate(90)))
    return ImageOps.colorize(Image.blend(down, across, 0.35), top, bottom, middle)
