"""Files of the user's that tools read whole, or put in place whole."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from anyio import to_thread

from ..api.errors import InvalidRequest
from ..api.untrusted import quoted
from ..screens.real_files import FOLDER, NO_LINK, open_real

LARGEST = 20_000_000
"""Bytes of a file that is transferred."""
OVERWRITE = "say overwrite=true to replace it, or choose another name."
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


async def read_file(path: str) -> bytes:
    """Return the bytes of a regular file, whose path holds no link.

    Raises:
        InvalidRequest: it is none, is larger than 20 MB, or cannot be read.
    """
    return await to_thread.run_sync(_read, Path(path))


async def put_file(path: str, data: bytes, *, overwrite: bool) -> Path:
    """Write a file under another name beside its place, then rename it.

    Raises:
        InvalidRequest: there is one already and may not be replaced, or it cannot be written.
    """
    return await to_thread.run_sync(_put, Path(path), data, overwrite)


def _read(path: Path) -> bytes:
    try:
        with os.fdopen(open_real(path, os.O_RDONLY), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InvalidRequest(f"{quoted(path, 200)} is no regular file.")
            if found.st_size > LARGEST:
                raise InvalidRequest(f"{quoted(path, 200)} is larger than 20 MB.")
            return file.read(LARGEST)
    except (OSError, ValueError) as error:
        raise _unusable(path, "read", error) from error


def _put(path: Path, data: bytes, overwrite: bool) -> Path:
    temporary = path.with_name(f".coasty-{token_hex(8)}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        with os.fdopen(open_real(temporary, NEW, 0o600), "wb") as out:
            out.write(data)
        _rename(temporary, path, overwrite=overwrite)
    except FileExistsError as error:
        raise InvalidRequest(f"{quoted(path, 200)} exists: {OVERWRITE}") from error
    except (OSError, ValueError) as error:
        raise _unusable(path, "written", error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def _rename(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Rename at once; without `overwrite` a file that is there is never replaced.

    On POSIX both names are in the folder as it is opened, past every link that may have come.
    """
    if os.name != "posix":
        (os.replace if overwrite else os.rename)(temporary, path)
        return
    folder = open_real(path.parent, FOLDER | NO_LINK)
    try:
        change = os.replace if overwrite else os.link
        change(temporary.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _unusable(path: Path, how: str, error: OSError | ValueError) -> InvalidRequest:
    reason = error.strerror if isinstance(error, OSError) else error
    return InvalidRequest(f"{quoted(path, 200)} cannot be {how}: {reason}.")
