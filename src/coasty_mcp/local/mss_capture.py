"""The screens of macOS and Windows, seen with mss."""

import sys
from collections.abc import Generator
from contextlib import closing, contextmanager

import mss
from PIL import Image

from .failures import NoScreen
from .screen_area import ScreenArea


class MssCapture:
    def __init__(self) -> None:
        if sys.platform == "darwin":
            import mss.darwin

            mss.darwin.IMAGE_OPTIONS = 0  # the pixels of a Retina screen, not one of four

    def monitors(self) -> list[ScreenArea]:
        with _camera() as camera:
            found = camera.monitors[1:] or camera.monitors
            found.sort(key=lambda each: not each.get("is_primary"))
            return [
                ScreenArea(each["left"], each["top"], each["width"], each["height"])
                for each in found
            ]

    def take(self, area: ScreenArea) -> Image.Image:
        with _camera() as camera:
            seen = camera.grab(area._asdict())
        return Image.frombytes("RGB", seen.size, bytes(seen.bgra), "raw", "BGRX")

    def close(self) -> None:
        pass


@contextmanager
def _camera() -> "Generator[mss.MSS]":
    try:
        with closing(mss.MSS()) as camera:
            yield camera
    except mss.ScreenShotError as error:
        raise NoScreen(f"This screen cannot be captured: {error}.") from error
