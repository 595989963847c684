"""The screens of an X server, seen over a connection that stays open."""

from collections.abc import Generator
from contextlib import contextmanager
from operator import attrgetter
from threading import Lock
from typing import Any

from PIL import Image
from Xlib.display import Display

from .failures import NoScreen
from .screen_area import ScreenArea
from .x11_capture import X11Capture
from .x11_connection import FAILURES, close, default_display

DEPTHS = (24, 32)
"""Bits of a pixel that are read as three colours."""


class X11Screens:
    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: Display | None = None

    def monitors(self) -> list[ScreenArea]:
        with self._display() as display:
            root = display.screen().root
            if not display.has_extension("RANDR"):
                whole = root.get_geometry()
                return [ScreenArea(0, 0, whole.width, whole.height)]
            found: list[Any] = root.xrandr_get_monitors().monitors
        found.sort(key=attrgetter("primary"), reverse=True)
        return [
            ScreenArea(each.x, each.y, each.width_in_pixels, each.height_in_pixels)
            for each in found
        ]

    def take(self, area: ScreenArea) -> Image.Image:
        with self._display() as display:
            if (depth := display.screen().root_depth) not in DEPTHS:
                raise NoScreen(f"This screen has {depth} bits for a pixel, and needs 24.")
            return self._pictures.take(area.width, area.height, area.left, area.top)

    def close(self) -> None:
        if self._connection:
            close(self._connection)
            self._connection = None

    @contextmanager
    def _display(self) -> Generator[Display]:
        """Yield the connection, a new one where the last one broke."""
        with self._lock:
            try:
                if not self._connection:
                    self._connection = default_display()
                    self._pictures = X11Capture(self._connection)
                yield self._connection
            except FAILURES as error:
                self.close()
                raise NoScreen(f"This screen cannot be captured: {error}.") from error
