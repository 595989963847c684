"""A loopback port through which one VNC viewer gets in, with a password that works once.

The VNC server itself asks for no password and listens on a socket inside the machine alone.
"""

import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from select import select
from threading import Thread

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

VERSION = b"RFB 003.008\n"
NO_SECURITY, VNC_AUTHENTICATION = 1, 2
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8
MOST_ATTEMPTS = 5
PATIENCE = 10.0
CHUNK = 65_536


class Refused(Exception):
    """A viewer does not know the password, or does not speak VNC."""


class VncDoor:
    """Listens until a viewer has come in, and passes on what it and the server say."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self.password = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        self._connect = connect
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.port: int = self._listener.getsockname()[1]
        self._viewer: socket.socket | None = None
        Thread(target=self._serve, name="vnc-door", daemon=True).start()

    def close(self) -> None:
        """Listen no more, and send the viewer away."""
        for each in (self._listener, self._viewer):
            if each:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def _serve(self) -> None:
        for _ in range(MOST_ATTEMPTS):
            try:
                viewer, _address = self._listener.accept()
            except OSError:
                break
            with viewer, suppress(OSError, Refused):
                viewer.settimeout(PATIENCE)
                admit(viewer, self.password)
                self._viewer = viewer
                self._listener.close()
                self._let_in(viewer)
                return
        self._listener.close()

    def _let_in(self, viewer: socket.socket) -> None:
        with self._connect() as server:
            server.settimeout(PATIENCE)
            greet(server)
            viewer.sendall(bytes(4))  # from here on both say the same as without a password
            pass_on(viewer, server)


def admit(viewer: socket.socket, password: str) -> None:
    """Ask a viewer for the password.

    Raises:
        Refused: it is wrong.
    """
    viewer.sendall(VERSION)
    if not read(viewer, len(VERSION)).startswith(b"RFB 003.00"):
        raise Refused
    viewer.sendall(bytes([1, VNC_AUTHENTICATION]))
    if read(viewer, 1) != bytes([VNC_AUTHENTICATION]):
        raise Refused
    challenge = os.urandom(16)
    viewer.sendall(challenge)
    if not secrets.compare_digest(read(viewer, 16), response(challenge, password)):
        reason = b"The password is wrong, or was used before."
        viewer.sendall(bytes([0, 0, 0, 1]) + len(reason).to_bytes(4) + reason)
        raise Refused


def response(challenge: bytes, password: str) -> bytes:
    """Return what the holder of a password answers: DES, with the bits of each byte mirrored."""
    padded = password.encode()[:LENGTH].ljust(LENGTH, b"\0")
    key = bytes(int(f"{byte:08b}"[::-1], 2) for byte in padded)
    cipher = Cipher(TripleDES(key * 3), modes.ECB())  # noqa: S305 - as viewers have it
    encryptor = cipher.encryptor()
    return encryptor.update(challenge) + encryptor.finalize()


def greet(server: socket.socket) -> None:
    """Introduce ourselves to a VNC server that asks for no password."""
    read(server, len(VERSION))
    server.sendall(VERSION)
    offered = read(server, read(server, 1)[0])
    if NO_SECURITY not in offered:
        raise Refused
    server.sendall(bytes([NO_SECURITY]))
    if any(read(server, 4)):
        raise Refused


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass on what either says until one of them leaves."""
    while True:
        for source in select([one, other], [], [])[0]:
            data = source.recv(CHUNK)
            if not data:
                return
            (other if source is one else one).sendall(data)


def read(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if not (more := source.recv(count - len(data))):
            raise Refused
        data += more
    return data
