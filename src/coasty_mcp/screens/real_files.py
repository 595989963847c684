"""Files opened where a path says that they are, and nowhere else."""

import os
from pathlib import Path

FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""A FIFO or a device that nobody writes to would hang."""


def open_real(path: Path, flags: int, mode: int = 0o600) -> int:
    """Return a descriptor of the file at an absolute path that holds no symbolic link.

    Each folder is opened from the one before it, so that none can be replaced by a link after
    the path was checked.

    Raises:
        OSError: among others, where a part of the path is a symbolic link.
    """
    flags |= NO_LINK | AT_ONCE | getattr(os, "O_BINARY", 0)
    if os.open not in os.supports_dir_fd:  # Windows
        return os.open(path, flags, mode)
    folder = os.open(path.anchor, FOLDER)
    try:
        for name in path.parts[1:-1]:
            inner = os.open(name, FOLDER | NO_LINK, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(path.name, flags, mode, dir_fd=folder)
    finally:
        os.close(folder)
