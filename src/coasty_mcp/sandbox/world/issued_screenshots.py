"""The pictures that leave the sandbox: each is remembered with what is on it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from .computers import Computer
from .state import Account, Area

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner.frame_recognition import Frames
    from ..scene import Scene


@dataclass(frozen=True)
class Picture:
    """A picture as a PNG."""

    data: str
    """Base64."""
    width: int
    height: int

    @property
    def uri(self) -> str:
        return f"data:image/png;base64,{self.data}"


class IssuedScreenshots(Area):
    """The pictures that were given out. Its methods draw and compare: use a worker thread."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._lock = Lock()

    @cached_property
    def _frames(self) -> Frames:
        from ..planner.frame_recognition import Frames

        return Frames()

    def take(self, computer: Computer) -> Picture:
        """Return what the screen shows; what is on a drawn one is remembered.

        Raises:
            CommandError: it cannot be seen.
        """
        from ..computer import Computer as DrawnComputer

        image, png = computer.picture(), BytesIO()
        if isinstance(computer, DrawnComputer):
            with self._lock:
                self._frames.remember(image, computer.scene())
        image.save(png, "PNG", compress_level=1)
        return Picture(base64.b64encode(png.getvalue()).decode(), image.width, image.height)

    def recognise(self, data: bytes) -> Scene | None:
        """Return what is on the picture; None for one that is not from here."""
        with self._lock:
            known = self._frames.recognise(data)
        return known[0] if known else None
