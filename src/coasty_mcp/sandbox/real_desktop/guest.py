"""The first program inside a cage: starts the others, as it is told over its one socket.

It runs on the Python of this computer's system, so it needs the standard library alone.
"""

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

MOST_BYTES = 65_536
MOST_DESCRIPTORS = 16
ABOVE_ALL = 64
"""Descriptors from here on are free while others are put in their places."""
KEYCTL = {"x86_64": 250, "aarch64": 219}
"""The number of that system call."""
JOIN_SESSION_KEYRING = 1
LIMITS = {"processes": resource.RLIMIT_NPROC, "memory": resource.RLIMIT_DATA}


def main(control_number: str, *limits: str) -> None:
    for limit in limits:
        name, _, value = limit.partition("=")
        resource.setrlimit(LIMITS[name], (int(value), int(value)))
    leave_keyring()
    control = socket.socket(fileno=int(control_number))
    os.set_inheritable(control.fileno(), False)
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, nothing)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
        if control in ready and not serve(control, running):
            return
        reap(running)


def leave_keyring() -> None:
    """Forget the keys that the user's session holds in the kernel: no namespace hides them."""
    if number := KEYCTL.get(os.uname().machine):
        ctypes.CDLL(None).syscall(number, JOIN_SESSION_KEYRING, None)


def nothing(_number: int, _frame: object) -> None:
    """Only wake up."""


def serve(control: socket.socket, running: "dict[int, int]") -> bool:
    """Carry one request out; False when whoever sends them has gone."""
    message, descriptors, _, _ = socket.recv_fds(
        control, MOST_BYTES, MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
    )
    if not message:
        return False
    request = json.loads(message)
    if "kill" in request:
        kill(request["kill"], running)
        return True
    reply, *others = descriptors
    if "connect" in request:
        connect(request["connect"], reply)
        os.close(reply)
    elif pid := start(request, others):
        running[pid] = reply
        tell(reply, pid)
    else:
        os.close(reply)
    for descriptor in others:
        os.close(descriptor)
    return True


def connect(path: str, reply: int) -> None:
    """Send a connection to a Unix socket of the cage, which cannot be reached from outside."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as made:
        made.settimeout(1)
        made.connect(path)
        with socket.socket(fileno=os.dup(reply)) as answer:
            socket.send_fds(answer, [b"+"], [made.fileno()])


def kill(pid: int, running: "dict[int, int]") -> None:
    if pid in running:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def start(request: "dict[str, Any]", descriptors: "list[int]") -> int:
    """Return the number of the new process, or 0 where there may be no more."""
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid:
        return pid
    try:
        become(request, descriptors)
    finally:
        os._exit(127)


def become(request: "dict[str, Any]", descriptors: "list[int]") -> None:
    """Be that program, with the descriptors as its 0, 1, 2 and so on, in a session of its own."""
    os.setsid()
    given = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, ABOVE_ALL) for each in descriptors]
    nothing = os.open(os.devnull, os.O_RDWR)
    given += [nothing] * (3 - len(given))
    for number, descriptor in enumerate(given):
        os.dup2(descriptor, number)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    command, environment = request["command"], request["environment"]
    os.chdir(request["folder"] if os.path.isdir(request["folder"]) else environment["HOME"])
    os.execvpe(command[0], command, environment)


def reap(running: "dict[int, int]") -> None:
    """Tell of each program that has ended how it ended."""
    while running:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if (told := running.pop(pid, None)) is not None:
            code = os.waitstatus_to_exitcode(status)
            tell(told, code if code >= 0 else 128 - code)
            os.close(told)


def tell(descriptor: int, number: int) -> None:
    with suppress(OSError):
        os.write(descriptor, f"{number}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
