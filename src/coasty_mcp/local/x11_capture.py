"""Pictures of an X screen, read over its connection."""

import struct
from socket import MSG_WAITALL

from PIL import Image
from Xlib import X
from Xlib.display import Display

REQUEST = struct.Struct("=BBHIhhHHI")
"""GetImage of the X protocol: its number, format and length; the window, the area, the planes."""
GET_IMAGE, WORDS, ALL_PLANES = 73, 5, 0xFFFFFFFF
HEAD = struct.Struct("=BxHI24x")
"""Of all that the server sends: its kind, the number of the request, the words that follow."""
FAILED, REPLY = 0, 1


class X11Capture:
    """Takes pictures over a connection, while nobody else uses it.

    It reads them itself, into memory that it keeps: with python-xlib they take ten times as long.
    """

    def __init__(self, display: Display) -> None:
        self._protocol, self._window = display.display, display.screen().root.id
        self._read = bytearray(HEAD.size)

    def take(self, width: int, height: int, left: int = 0, top: int = 0) -> Image.Image:
        """Return a part of the screen, of that size, without the pointer.

        Raises:
            OSError: the server refuses it, or has ended.
        """
        self._ask(left, top, width, height)
        return Image.frombytes("RGB", (width, height), self._reply(), "raw", "BGRX")

    def _ask(self, *area: int) -> None:
        self._number = self._protocol.request_serial
        self._protocol.request_serial = (self._number + 1) & 0xFFFF
        request = REQUEST.pack(GET_IMAGE, X.ZPixmap, WORDS, self._window, *area, ALL_PLANES)
        self._protocol.socket.sendall(request)

    def _reply(self) -> memoryview:
        """Return the pixels; what comes before are events, and errors of earlier requests."""
        while True:
            kind, number, words = HEAD.unpack(self._received(HEAD.size))
            if kind == FAILED and number == self._number:
                raise OSError("the X server refuses to show that area")
            if kind == REPLY:
                return self._received(4 * words)

    def _received(self, size: int) -> memoryview:
        if len(self._read) < size:
            self._read = bytearray(size)
        into, done = memoryview(self._read)[:size], 0
        while done < size:
            read = self._protocol.socket.recv_into(into[done:], size - done, MSG_WAITALL)
            if not read:
                raise OSError("the X server has ended")
            done += read
        return into
