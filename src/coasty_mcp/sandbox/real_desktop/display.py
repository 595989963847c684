"""The screen of a cage: an X and VNC server in one, and a window manager."""

import os
import select
from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import TYPE_CHECKING

from ...local.x11_capture import X11Capture
from ...local.x11_connection import close, display_at
from ...local.x11_desktop import X11Desktop
from ...local.x11_windows import X11Windows
from .prerequisites import PANEL, WINDOW_MANAGER, X_SERVER, find, program
from .running_cage import PATIENCE, CageFailed, RunningCage

if TYPE_CHECKING:
    from PIL.Image import Image

X_SOCKET, VNC_SOCKET = "/tmp/.X11-unix/X1", "/run/vnc"  # noqa: S108
BACKGROUND = 0x2B5B84


class Display:
    """A running screen; one thread at a time uses it."""

    def __init__(self, cage: RunningCage, width: int, height: int) -> None:
        """Start it, and return when it can be seen and used.

        Raises:
            CageFailed: it does not start.
        """
        self.width, self.height = width, height
        _start_server(cage, width, height)
        self._connection = cage.connect(X_SOCKET)
        self._display = display_at(self._connection)
        self._pictures = X11Capture(self._display)
        self.mouse_and_keyboard = X11Desktop(self._display)
        self.windows = X11Windows(self._display)
        self._paint_background()
        cage.start([program(WINDOW_MANAGER)]).forget()
        if panel := find(PANEL):
            cage.start([panel]).forget()

    def picture(self) -> "Image":
        return self._pictures.take(self.width, self.height)

    def answering(self, seconds: float) -> Timer:
        """Return a timer, to be cancelled, that ends the connection to a server that is frozen."""
        timer = Timer(seconds, _shut, [self._connection])
        timer.daemon = True
        timer.start()
        return timer

    def close(self) -> None:
        close(self._display)
        self._connection.close()

    def _paint_background(self) -> None:
        root = self._display.screen().root
        root.change_attributes(background_pixel=BACKGROUND)
        root.clear_area()
        self._display.sync()


def _start_server(cage: RunningCage, width: int, height: int) -> None:
    ready, tell = os.pipe()
    command = [
        *(program(X_SERVER), ":1", "-geometry", f"{width}x{height}", "-depth", "24"),
        *("-displayfd", "3", "-nolisten", "tcp", "-SecurityTypes", "None", "-AlwaysShared"),
        *("-rfbport", "-1", "-rfbunixpath", VNC_SOCKET, "-desktop", "sandbox"),
    ]
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        cage.start(command, [nothing, nothing, nothing, tell]).forget()
    finally:
        os.close(nothing)
        os.close(tell)
    with os.fdopen(ready, "rb") as told:
        if not select.select([told], [], [], PATIENCE)[0] or not told.readline():
            raise CageFailed("The X server of this machine did not start.")


def _shut(connection: socket) -> None:
    with suppress(OSError):
        connection.shutdown(SHUT_RDWR)
