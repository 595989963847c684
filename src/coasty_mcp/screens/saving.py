"""Pictures put on this computer's disk."""

from pathlib import Path

from ..api.errors import InvalidRequest
from .decoding import run_in_worker
from .picture import Picture


async def save(picture: Picture, to: str, name: str) -> Path:
    """Under a name in a folder, or as a new file. Where it went: the suffix tells the format."""
    return await run_in_worker(_save, picture, to, name)


def _save(picture: Picture, to: str, name: str) -> Path:
    try:
        place = Path(to).expanduser().resolve()
        file = (place / name if place.is_dir() else place).with_suffix(picture.extension)
        with file.open("xb") as out:
            out.write(picture.data)
    except FileExistsError as error:
        raise InvalidRequest(f"There is a file {to[:60]} already; it stays as it is.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidRequest(f"{to[:60]} cannot be written: {reason}.") from error
    return file
