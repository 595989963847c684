"""Run inside a cage, it tries to get out, and prints what it could do; nothing, if all is well."""

import ctypes
import glob
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

SECRET, PORT, ABSTRACT, PID = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


def attempt(name: str, act: Callable[[], Any]) -> None:
    try:
        if act():
            print(name)
    except (OSError, ValueError):
        return


def connected(family: int, address: Any) -> bool:
    with socket.socket(family) as made:
        made.settimeout(1)
        made.connect(address)
    return True


def read(path: str) -> bool:
    with open(path, "rb") as file:
        return bool(file.read(1))


def write(path: str) -> bool:
    with open(path, "ab"):
        return True


def is_outside(path: str) -> bool:
    """Whether the process is the one that the test has started outside."""
    with open(path, "rb") as file:
        return file.read() == b"\0".join((b"sleep", b"98765", b""))


def kill(pid: int) -> bool:
    os.kill(pid, signal.SIGCONT)
    return is_outside(f"/proc/{pid}/cmdline")


attempt("read a file of the user", lambda: read(SECRET))
for path in ("/etc/shadow", "/etc/machine-id", "/proc/1/environ", "/dev/mem", "/proc/kcore"):
    attempt(f"read {path}", lambda path=path: read(path))
for path in ("/usr/bin/bash", "/etc/passwd", "/new", "/usr/new", "/dev/new", "/run/guest.py"):
    attempt(f"wrote {path}", lambda path=path: write(path))
attempt("found the user's folders", lambda: set(os.listdir("/home")) - {"user"})
attempt("found sockets", lambda: set(glob.glob("/tmp/.X11-unix/*")) - {"/tmp/.X11-unix/X1"})
attempt("found a bus", lambda: glob.glob("/run/user/*") + glob.glob("/run/dbus/*"))
attempt("reached a port of this computer", lambda: connected(socket.AF_INET, ("127.0.0.1", PORT)))
attempt("reached a socket of this computer", lambda: connected(socket.AF_UNIX, f"\0{ABSTRACT}"))
attempt("reached the network", lambda: connected(socket.AF_INET, ("192.0.2.1", 9)))
attempt("found interfaces", lambda: {name for _, name in socket.if_nameindex()} - {"lo"})
attempt("signalled a process outside", lambda: kill(PID))
attempt(
    "saw processes outside",
    lambda: any(map(is_outside, glob.glob("/proc/[0-9]*/cmdline"))),
)
attempt("became root", lambda: libc.setuid(0) == 0)
attempt("made a namespace", lambda: libc.unshare(CLONE_NEWUSER) == 0)
attempt("mounted", lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)
attempt("changed the root", lambda: libc.chroot(b"/tmp") == 0)
attempt("had variables of the server", lambda: "PYTEST_CURRENT_TEST" in os.environ)
print("tried")
