"""Pictures put on this computer's disk."""

import os
from pathlib import Path

from ..api.errors import InvalidRequest
from .decoding import run_in_worker
from .picture import Picture
from .real_files import open_real

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
"""What names a picture; a path with another end is a folder."""
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


async def save(picture: Picture, to: str, name: str) -> Path:
    """Save a picture as a new file, or under a name in a folder, which is made if need be.

    Returns where it went: the suffix tells the format. A path without the suffix of a picture is
    a folder.

    Raises:
        InvalidRequest: the file exists already, or cannot be written.
    """
    return await run_in_worker(_save, picture, to, name)


def _save(picture: Picture, to: str, name: str) -> Path:
    try:
        place = Path(to).expanduser().absolute()
        named = place.suffix.lower() in SUFFIXES and not place.is_dir()
        if not named:
            place.mkdir(exist_ok=True)
        file = (place if named else place / name).with_suffix(picture.extension)
        with os.fdopen(open_real(file, NEW_FILE, 0o666), "wb") as out:
            out.write(picture.data)
    except FileExistsError as error:
        raise InvalidRequest(f"There is a file {to[:60]} already; it stays as it is.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidRequest(f"{to[:60]} cannot be written: {reason}.") from error
    return file
