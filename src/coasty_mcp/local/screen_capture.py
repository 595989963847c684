"""Pictures of the monitors, taken with mss."""

import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from ..screens import Picture
from .failures import NoScreen, NotInstalled
from .screen_area import ScreenArea

if TYPE_CHECKING:
    from mss import MSS

QUICK = 1  # of 9: a PNG that is soon made smaller anyway


def monitors() -> list[ScreenArea]:
    """Return where the monitors are, the main one first."""
    with _mss() as camera:
        found = camera.monitors[1:] or camera.monitors
        found.sort(key=lambda each: not each.get("is_primary"))
        return [
            ScreenArea(each["left"], each["top"], each["width"], each["height"]) for each in found
        ]


def take(area: ScreenArea) -> Picture:
    """Return that part of the screen in true pixels, which may be more than the pointer's units."""
    from PIL import Image

    with _mss() as camera:
        seen = camera.grab(area._asdict())
    image = Image.frombytes("RGB", seen.size, bytes(seen.bgra), "raw", "BGRX")
    out = BytesIO()
    image.save(out, "PNG", compress_level=QUICK)
    return Picture(out.getvalue(), "image/png")


@contextmanager
def _mss() -> "Generator[MSS]":
    try:
        import mss
    except ImportError as error:
        raise NotInstalled("The library that looks at this screen is not installed.") from error
    if sys.platform == "darwin":
        import mss.darwin

        mss.darwin.IMAGE_OPTIONS = 0  # the pixels of a Retina screen, not one of four
    try:
        with closing(_opened()) as camera:
            yield camera
    except mss.ScreenShotError as error:
        raise NoScreen(f"This screen cannot be captured: {error}.") from error


def _opened() -> "MSS":
    """Return a camera; on X, one for the visuals of VNC servers where the usual one has none."""
    import mss

    try:
        return mss.MSS()
    except mss.ScreenShotError:
        if not sys.platform.startswith("linux"):
            raise
        return mss.MSS(backend="xlib")
