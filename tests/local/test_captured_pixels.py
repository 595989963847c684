"""Pictures over a connection on which other things arrive too, and in pieces."""

import struct
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from coasty_mcp.local.x11_capture import X11Capture

SERIAL = 0xFFFF
"""The number of the next request."""
RED, BLUE = b"\0\0\xff\0", b"\xff\0\0\0"
"""Pixels as X servers send them: blue, green, red and nothing."""


def packet(kind: int, number: int, words: int = 0) -> bytes:
    return struct.pack("=BxHI24x", kind, number, words)


EVENT, EARLIER_ERROR = packet(12, SERIAL), packet(0, SERIAL - 1)
PICTURE = packet(1, SERIAL, 2) + RED + BLUE


class Server:
    """What is sent to it, and what comes from it: no more than so many bytes at once."""

    def __init__(self, answer: bytes, at_once: int = 1000) -> None:
        self.sent, self._answer, self._at_once, self._ended = b"", answer, at_once, False

    def sendall(self, request: bytes) -> None:
        self.sent += request

    def recv_into(self, into: memoryview, size: int, _: int) -> int:
        if size > len(into):
            raise ValueError("buffer too small for requested bytes")
        part = self._answer[: min(size, self._at_once)]
        if not part:
            assert not self._ended, "It is read from though it has ended."
            self._ended = True
        into[: len(part)] = part
        self._answer = self._answer[len(part) :]
        return len(part)


def capture(server: Server) -> "X11Capture":
    pytest.importorskip("Xlib")
    from coasty_mcp.local.x11_capture import X11Capture

    root = SimpleNamespace(root=SimpleNamespace(id=0x123))
    display: Any = SimpleNamespace(
        display=SimpleNamespace(socket=server, request_serial=SERIAL), screen=lambda: root
    )
    return X11Capture(display)


@pytest.mark.parametrize("before", [b"", EVENT, EARLIER_ERROR, EARLIER_ERROR + EVENT])
@pytest.mark.parametrize("at_once", [1000, 7])
def test_a_picture_is_read_whatever_comes_before_it_and_in_whatever_pieces(
    before: bytes, at_once: int
) -> None:
    server = Server(before + PICTURE, at_once)
    image = capture(server).take(2, 1, 30, 40)
    assert [image.getpixel((x, 0)) for x in range(2)] == [(255, 0, 0), (0, 0, 255)]
    assert struct.unpack("=BBHIhhHHI", server.sent) == (73, 2, 5, 0x123, 30, 40, 2, 1, 0xFFFFFFFF)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (packet(0, SERIAL), "the X server refuses to show that area"),
        (b"", "the X server has ended"),
        (EVENT, "the X server has ended"),
        (PICTURE[:-1], "the X server has ended"),
    ],
)
def test_a_picture_that_does_not_come_is_one_clear_failure(answer: bytes, sentence: str) -> None:
    with pytest.raises(OSError, match=sentence):
        capture(Server(answer)).take(2, 1)
