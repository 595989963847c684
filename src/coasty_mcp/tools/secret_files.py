"""Write secrets to a new file of the user's instead of showing them."""

import os
from pathlib import Path

from anyio import to_thread

from ..api.errors import InvalidRequest


async def write_secret(where: str, text: str) -> Path:
    """Write the text to a new file with mode 0600, and return its absolute path.

    Raises:
        InvalidRequest: the file exists already, or cannot be written.
    """
    return await to_thread.run_sync(_write, where, text)


def _write(where: str, text: str) -> Path:
    try:
        file = Path(where).expanduser().resolve()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise InvalidRequest(f"{where[:60]} exists already; it stays as it is.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidRequest(f"{where[:60]} cannot be written: {reason}.") from error
    return file
