"""A bubblewrap sandbox that shows programs this computer's /usr, and nothing else of it.

Its files are in memory: HOME, /tmp and the rest are gone with it, and it is gone with this process.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from . import guest, guest_files
from .desktop_files import desktop_files
from .prerequisites import PYTHON, program

HOME = "/home/user"
GUEST, GUEST_FILES = "/run/guest.py", "/run/guest_files.py"
MEGABYTE = 1024 * 1024
HOME_BYTES, TEMPORARY_BYTES = 512 * MEGABYTE, 256 * MEGABYTE
MOST_PROCESSES = 512
PROCESS_MEMORY = 2048 * MEGABYTE
STRANGERS = range(61_184, 65_520)
"""Numbers of users who own nothing: systemd keeps them for services of a moment."""
FROM_ETC = (
    *("alternatives", "fonts", "X11", "xdg", "gtk-2.0", "gtk-3.0", "chromium", "chromium.d"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "os-release"),
    *("python3", "ssl/certs", "ca-certificates", "pki/tls/certs", "bash.bashrc", "inputrc"),
)
"""Nothing of it is about a user or a secret."""
TEXTS = {
    "/etc/passwd": "user:x:1000:1000:user:/home/user:/bin/bash\n",
    "/etc/group": "user:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/resolv.conf": "nameserver 10.0.2.3\n",
    GUEST: Path(guest.__file__).read_text(),
    GUEST_FILES: Path(guest_files.__file__).read_text(),
    **desktop_files(),
}
"""Files of the cage that are made for it; the name server answers if there is a network."""


def guest_command(control: int) -> list[str]:
    """Return the command of a cage's first program; `control` is the descriptor of its socket."""
    limits = (f"processes={most_processes()}", f"memory={PROCESS_MEMORY}")
    return [program(PYTHON), "-I", "-S", GUEST, str(control), *limits]


def cage_options(texts: dict[str, int], info: int) -> list[str]:
    """Return bubblewrap's options.

    texts: the descriptors to read TEXTS from; info: the one to tell the process's number on.
    """
    return [
        *("--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"),
        *("--disable-userns", "--cap-drop", "ALL", "--die-with-parent", "--new-session"),
        *("--hostname", "sandbox", "--info-fd", str(info)),
        *_system(),
        *("--proc", "/proc", "--dev", "/dev"),
        *_in_memory("/tmp", TEMPORARY_BYTES),  # noqa: S108
        *_in_memory("/run", TEMPORARY_BYTES),
        *_in_memory("/dev/shm", TEMPORARY_BYTES),  # noqa: S108
        *("--perms", "0700", *_in_memory(HOME, HOME_BYTES)),
        *("--dir", "/tmp/.X11-unix", "--dir", "/var/tmp"),  # noqa: S108
        *(word for path, number in texts.items() for word in ("--ro-bind-data", str(number), path)),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--chdir", HOME),
    ]


def outside_user() -> int | None:
    """Return who a cage belongs to outside when this process is root, who may do too much."""
    if os.geteuid():
        return None
    return STRANGERS[int.from_bytes(os.urandom(4)) % len(STRANGERS)]


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr", "--ro-bind-try", "/opt/google", "/opt/google")
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        else:
            yield from ("--ro-bind-try", str(path), str(path))
    for name in FROM_ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def _in_memory(path: str, size: int) -> tuple[str, ...]:
    return "--size", str(size), "--tmpfs", path


def most_processes() -> int:
    """Return the limit of processes: before Linux 5.14 the user's others count too."""
    if outside_user() is not None:
        return MOST_PROCESSES
    return MOST_PROCESSES + sum(map(_my_threads, Path("/proc").glob("[0-9]*")))


def _my_threads(process: Path) -> int:
    try:
        mine = process.stat().st_uid == os.getuid()
        return len(list((process / "task").iterdir())) if mine else 0
    except OSError:
        return 0
