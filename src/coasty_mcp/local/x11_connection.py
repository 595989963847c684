"""Connections to X servers: to the one of DISPLAY, or over a socket that is connected already."""

import sys
from contextlib import redirect_stdout, suppress
from functools import partial
from itertools import count
from socket import AF_INET, AF_UNIX, SOCK_STREAM, AddressFamily, socket
from typing import Any

from Xlib import display as xlib
from Xlib import error
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.protocol import event
from Xlib.support import unix_connect

FAILURES = (ConnectionClosedError, DisplayError, XError, OSError)
"""What is raised where an X server has ended, or refuses something."""

_connected: dict[str, socket] = {}
_numbers = count()
_get_socket, _get_auth = unix_connect.get_socket, unix_connect.get_auth


class _OwnNumbers(xlib._BaseDisplay):  # pyright: ignore[reportPrivateUsage]
    """A display that keeps its extensions' numbers to itself; servers give them other ones."""

    def __init__(self, *names: Any, **more: Any) -> None:
        self.extension_major_opcodes = dict[str, int]()
        self.error_classes = error.xerror_class.copy()
        self.event_classes = dict(event.event_class)
        super().__init__(*names, **more)


def default_display() -> Display:
    """Return the display that DISPLAY names."""
    display = Display()
    display.set_error_handler(_ignore)
    return display


def display_at(connection: socket) -> Display:
    """Return the display; python-xlib by itself only finds those that a name and number lead to."""
    connection.setblocking(True)  # whoever connected it may have wanted it otherwise
    name = f"unix/coasty:{next(_numbers)}"
    _connected[name] = connection
    try:
        display = Display(name)
    finally:
        _connected.pop(name, None)
    display.set_error_handler(_ignore)
    return display


def close(display: Display) -> None:
    """Close the connection, of which nothing may be left where its server has ended."""
    with suppress(*FAILURES):
        display.close()


def _ignore(*_: object) -> None:
    """Windows close while they are asked something: python-xlib would print that."""


def _socket_of(name: str, *address: Any) -> socket:
    return _connected.get(name) or _get_socket(name, *address)


def _auth_of(connection: socket, name: str, *address: Any) -> tuple[bytes, bytes]:
    if name in _connected:
        return b"", b""
    with redirect_stdout(sys.stderr):  # where python-xlib says that the user's file is empty
        return _get_auth(connection, name, *address)


def _connect(family: AddressFamily, address: Any) -> socket:
    """Return a connected socket; python-xlib leaves those open that cannot connect."""
    made = socket(family, SOCK_STREAM)
    try:
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def _connect_tcp(host: str, number: int) -> socket:
    return _connect(AF_INET, (host, 6000 + number))


for _name, _function in {
    "_get_unix_socket": partial(_connect, AF_UNIX),
    "_get_tcp_socket": _connect_tcp,
    "get_socket": _socket_of,
    "get_auth": _auth_of,
}.items():
    setattr(unix_connect, _name, _function)
xlib._BaseDisplay = _OwnNumbers  # pyright: ignore[reportPrivateUsage]
