"""Pictures put on this computer's disk."""

import os
from pathlib import Path

from ..api.errors import InvalidRequest
from .decoding import run_in_worker
from .picture import Picture
from .real_files import open_real

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


async def save(picture: Picture, to: str, name: str) -> Path:
    """Under a name in a folder, or as a new file. Where it went: the suffix tells the format."""
    return await run_in_worker(_save, picture, to, name)


def _save(picture: Picture, to: str, name: str) -> Path:
    try:
        place = Path(to).expanduser().absolute()
        file = (place / name if place.is_dir() else place).with_suffix(picture.extension)
        with os.fdopen(open_real(file, NEW_FILE, 0o666), "wb") as out:
            out.write(picture.data)
    except FileExistsError as error:
        raise InvalidRequest(f"There is a file {to[:60]} already; it stays as it is.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidRequest(f"{to[:60]} cannot be written: {reason}.") from error
    return file
