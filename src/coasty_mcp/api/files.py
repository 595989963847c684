"""Regular files, opened and read at once: nothing hangs, and nothing fills the memory."""

import errno
import os
import stat
from pathlib import Path
from typing import cast

AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A FIFO, a device or a log of the kernel would be waited for."""


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """Return a descriptor of a regular file, or of the one that a link leads to.

    Raises:
        OSError: it cannot be opened, or is a device, a FIFO or a folder.
    """
    try:
        descriptor = os.open(path, flags | AT_ONCE, mode)
    except ValueError as error:  # a path with a NUL in it
        raise OSError(errno.EINVAL, "it is no path", str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return descriptor


def read_regular(path: Path, most: int) -> bytes:
    """Return what is in a regular file of `most` bytes at most.

    Raises:
        OSError: it cannot be read, or there is more in it.
    """
    with os.fdopen(open_regular(path), "rb") as file:
        content = cast("bytes | None", file.read(most + 1))
    if content is None:
        raise OSError(errno.EAGAIN, "it would have to be waited for", str(path))
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(path))
    return content
