"""A VNC viewer gets into a real desktop once, with the password that it was given."""

import socket

from coasty_mcp.sandbox.real_desktop.vnc_door import response
from support.mcp_client import structured, text
from support.real_desk import Desk

VERSION = b"RFB 003.008\n"
RAW_PIXEL = bytes([3, 0]) + b"".join(n.to_bytes(2) for n in (600, 700, 1, 1))
"""The wish for one pixel of the picture."""
BACKGROUND = bytes([0x84, 0x5B, 0x2B])
"""Blue, green and red, as a viewer gets them."""


def viewer(port: int, password: str) -> socket.socket:
    """Return a viewer's connection up to the server's verdict, which comes next."""
    made = socket.create_connection(("127.0.0.1", port), timeout=10)
    assert read(made, 12) == VERSION
    made.sendall(VERSION)
    assert read(made, 2) == bytes([1, 2])  # one kind of security: by password
    made.sendall(bytes([2]))
    made.sendall(response(read(made, 16), password))
    return made


def read(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        assert more
        data += more
    return data


def is_refused(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            return False
    except ConnectionRefusedError:
        return True


def test_the_answer_to_a_challenge_is_des_with_mirrored_bits() -> None:
    """The key of the first vector is 0x8000000000000000, of the second 0x0101010101010101."""
    assert response(bytes(8), "\x01").hex() == "95a8d72813daa94d"
    assert response(bytes(8), "").hex() == "8ca64de9c1b123a7"


async def test_a_viewer_sees_the_screen_with_a_password_that_works_once(desk: Desk) -> None:
    details = structured(await desk.call("coasty_get_connection"))
    assert details["public_ip"] == "127.0.0.1"
    port, password = details["vnc_port"], details["vnc_password"]
    with viewer(port, "wrong") as wrong:
        assert read(wrong, 4) == bytes([0, 0, 0, 1])
    with viewer(port, password) as seen:
        assert read(seen, 4) == bytes(4)
        seen.sendall(bytes([1]))
        width, height = (int.from_bytes(read(seen, 2)) for _ in range(2))
        assert (width, height) == (1280, 720)
        read(seen, 16)
        assert read(seen, int.from_bytes(read(seen, 4))) == b"sandbox"
        seen.sendall(RAW_PIXEL)
        assert read(seen, 16)[-12:-4] == RAW_PIXEL[2:]
        assert read(seen, 4)[:3] == BACKGROUND
        assert is_refused(port)


async def test_without_being_asked_no_port_is_open_and_a_new_one_closes_the_old(desk: Desk) -> None:
    first = structured(await desk.call("coasty_get_connection"))
    second = structured(await desk.call("coasty_get_connection"))
    assert first["vnc_password"] != second["vnc_password"]
    assert is_refused(first["vnc_port"])
    assert not is_refused(second["vnc_port"])
    listening = await desk.run("cat /proc/net/tcp /proc/net/tcp6 | grep -c ' 0A '")
    assert listening["output"] == "0\n"


async def test_a_stopped_machine_shows_nothing(desk: Desk) -> None:
    await desk.call("coasty_stop_machine")
    details = await desk.call("coasty_get_connection")
    assert "vnc" not in text(details)
