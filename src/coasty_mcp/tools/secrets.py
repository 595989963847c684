"""Secrets on their way to the user's own disk."""

import os
from pathlib import Path

from anyio import to_thread

from ..errors import InvalidRequest


async def write_secret(where: str, text: str) -> Path:
    """Into a new file that only the user can read; its absolute path."""
    return await to_thread.run_sync(_write, Path(where).expanduser(), text)


def _write(file: Path, text: str) -> Path:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InvalidRequest(f"{file} exists already, and is not overwritten.") from error
    except OSError as error:
        raise InvalidRequest(f"{file} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    return file.resolve()
