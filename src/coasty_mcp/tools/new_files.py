"""Files that a tool makes on this computer: downloads, and secrets that are not to be shown."""

import os
from pathlib import Path

from anyio import to_thread

from ..api.errors import InvalidRequest
from ..api.untrusted import quoted


async def write_new_file(where: str, data: bytes) -> Path:
    """Write the data to a new file with mode 0600, and return its absolute path.

    Raises:
        InvalidRequest: the file exists already, or cannot be written.
    """
    return await to_thread.run_sync(_write, where, data)


def _write(where: str, data: bytes) -> Path:
    try:
        file = Path(where).expanduser().resolve()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
    except FileExistsError as error:
        raise InvalidRequest(f"{quoted(where, 200)} exists already; it stays as it is.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidRequest(f"{quoted(where, 200)} cannot be written: {reason}.") from error
    return file
