"""A running cage: starts programs in it, and ends all of them at once."""

import json
import os
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from .cage import HOME, TEXTS, cage_options, guest_command, outside_user
from .network import Network
from .prerequisites import CAGE, program

ENVIRONMENT = {
    "HOME": HOME,
    "USER": "user",
    "LOGNAME": "user",
    "SHELL": "/bin/bash",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "DISPLAY": ":1",
    "XDG_RUNTIME_DIR": "/run",
    "XDG_CONFIG_DIRS": "/run/xdg:/etc/xdg",
    "XENVIRONMENT": "/run/Xdefaults",
    "NO_AT_BRIDGE": "1",
}
PATIENCE = 10.0
"""Seconds for the guest to answer in."""
KILLED = 128 + signal.SIGKILL


class CageFailed(Exception):
    """A cage cannot be made, or does not answer any more; the message is a sentence."""


@dataclass
class Program:
    """A program in a cage."""

    pid: int
    """Its number inside."""
    status: int
    """A descriptor on which the guest writes how it ended."""
    told: bytes = b""
    """What was read of that already."""

    def wait(self, seconds: float) -> int | None:
        """Return its exit code, or None if it does not end in that time."""
        if not self.told:
            if not select.select([self.status], [], [], seconds)[0]:
                return None
            self.told = os.read(self.status, 16) or b"\n"
        code = self.told.strip()
        return int(code) if code.isdigit() else KILLED

    def forget(self) -> None:
        os.close(self.status)


class RunningCage:
    """One cage. It ends with the thread that made it, so that one must live as long."""

    def __init__(self, *, network: bool = False) -> None:
        """Make it; `network`: with a way out, but not to this computer itself.

        Raises:
            CageFailed: bubblewrap is not allowed to.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told, tell = os.pipe()
        texts = {path: _in_memory(text) for path, text in TEXTS.items()}
        options = _in_memory("\0".join(cage_options(texts, tell)))
        user = outside_user()
        try:
            self._process = Popen(
                [program(CAGE), "--args", str(options), *guest_command(theirs.fileno())],
                pass_fds=[theirs.fileno(), tell, options, *texts.values()],
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=PIPE,
                env={},  # which every program inside can read of bubblewrap
                user=user,
                group=user,
                extra_groups=None if user is None else (),
            )
        finally:
            theirs.close()
            for descriptor in (tell, options, *texts.values()):
                os.close(descriptor)
        with os.fdopen(told) as information:
            first = _first_process(information.read())
        self._first = os.pidfd_open(first) if first else None
        self._network: Network | None = None
        self._greet()
        if network and first:
            self._network = self._connected(first)

    def start(
        self,
        command: Sequence[str],
        descriptors: Sequence[int] = (),
        folder: str = HOME,
    ) -> Program:
        """Start a program, with the descriptors as its 0, 1, 2 and so on.

        Raises:
            CageFailed: the cage has ended.
        """
        told, tell = os.pipe()
        request: dict[str, object] = {
            "command": command,
            "folder": folder,
            "environment": ENVIRONMENT,
        }
        try:
            self._send(request, [tell, *descriptors])
        finally:
            os.close(tell)
        pid, _, rest = _first_words(told).partition(b"\n")
        if not pid.isdigit():
            os.close(told)
            raise CageFailed("This machine cannot start a program: it has ended, or runs too many.")
        return Program(int(pid), told, rest)

    def connect(self, path: str) -> socket.socket:
        """Return a connection to a Unix socket in the cage.

        Raises:
            CageFailed: nobody listens there.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._send({"connect": path}, [theirs.fileno()])
            ours.settimeout(PATIENCE)
            try:
                _, found, _, _ = socket.recv_fds(ours, 1, 1, socket.MSG_CMSG_CLOEXEC)
            except OSError:
                found = []
        if not found:
            raise CageFailed(f"Nothing listens at {path} in this machine.")
        return socket.socket(fileno=found[0])

    def kill(self, program: Program) -> None:
        """Kill a program and those of its group, if it still runs."""
        with suppress(CageFailed):
            self._send({"kill": program.pid}, [])

    def end(self) -> None:
        """Kill everything in it, and return when it is gone; whatever is read from it ends."""
        if self._network:
            self._network.close()
            self._network = None
        with suppress(OSError, TimeoutExpired):  # first, so that bubblewrap sees it end
            if self._first is not None:
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
                self._process.wait(PATIENCE)
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Give its descriptors back, after its end."""
        self._control.close()
        if self._process.stderr:
            self._process.stderr.close()
        if self._first is not None:
            os.close(self._first)

    def _send(self, request: Mapping[str, object], descriptors: Sequence[int]) -> None:
        try:
            self._control.settimeout(PATIENCE)
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise CageFailed("This machine has ended by itself.") from error

    def _connected(self, first: int) -> Network:
        try:
            return Network(first)
        except OSError as error:
            self.end()
            self.close()
            raise CageFailed(f"This machine gets no network: {error}.") from error

    def _greet(self) -> None:
        """Raise CageFailed unless the guest answers."""
        try:
            self.start(["true"]).forget()
        except CageFailed as error:
            self._process.kill()
            said = self._process.stderr.read(300) if self._process.stderr else b""
            self.end()
            self.close()
            words = said.decode(errors="replace").strip() or "it ended at once"
            message = f"bubblewrap cannot make a sandbox on this computer: {words}"
            raise CageFailed(message) from error


def _in_memory(text: str) -> int:
    """Return the descriptor of a file in memory that holds the text."""
    descriptor = os.memfd_create("text")
    os.write(descriptor, text.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _first_process(information: str) -> int | None:
    """Return the number of the cage's first process, which ends last."""
    with suppress(ValueError, LookupError):
        return int(json.loads(information)["child-pid"])
    return None


def _first_words(descriptor: int) -> bytes:
    """Return what the guest says first: a number, and the exit code of a program soon ended."""
    ready, _, _ = select.select([descriptor], [], [], PATIENCE)
    return os.read(descriptor, 32) if ready else b""
