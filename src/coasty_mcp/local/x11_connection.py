"""A display at the other end of a socket that is connected already."""

from itertools import count
from socket import socket
from typing import Any

from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.support import unix_connect

FAILURES = (ConnectionClosedError, DisplayError, XError, OSError)
"""What is raised where an X server has ended, or refuses something."""

_connected: dict[str, socket] = {}
_numbers = count(1)
_get_socket, _get_auth = unix_connect.get_socket, unix_connect.get_auth


def display_at(connection: socket) -> Display:
    """Return the display; python-xlib by itself only finds those that a name and number lead to."""
    name = f"unix/coasty:{next(_numbers)}"
    _connected[name] = connection
    try:
        display = Display(name)
    finally:
        _connected.pop(name, None)
    display.set_error_handler(_ignore)
    return display


def _ignore(*_: object) -> None:
    """Windows close while they are asked something: python-xlib would print that."""


def _socket_of(name: str, *address: Any) -> socket:
    return _connected.get(name) or _get_socket(name, *address)


def _auth_of(connection: socket, name: str, *address: Any) -> tuple[bytes, bytes]:
    return (b"", b"") if name in _connected else _get_auth(connection, name, *address)


unix_connect.get_socket, unix_connect.get_auth = _socket_of, _auth_of
