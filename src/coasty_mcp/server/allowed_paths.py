"""Confines the tools to the folders in which they may read pictures and write files."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ..api.errors import InvalidRequest

NOWHERE = (
    "No folder may be: set COASTY_FILES_DIR to one, or start the server in a folder of its own."
)


def allowed_folders(files_dir: Path | None) -> list[Path]:
    """Return the working folder, unless it is / or the home folder, and COASTY_FILES_DIR."""
    working, home = Path.cwd(), Path.home().resolve()
    usable = [] if home.is_relative_to(working) else [working]
    return usable + ([files_dir.expanduser().resolve()] if files_dir else [])


def confined(path: str, folders: list[Path]) -> str:
    """Return where a path or a file: URL really leads, past every symbolic link.

    Raises:
        InvalidRequest: it leads out of all of the folders.
    """
    try:
        local = url2pathname(urlsplit(path).path) if path.startswith("file://") else path
        real = Path(local).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidRequest(f"{path[:60]} is no path.") from error
    if not any(real.is_relative_to(folder) for folder in folders):
        raise InvalidRequest(f"{path[:60]} is not in a folder that may be used. {_where(folders)}")
    return str(real)


def _where(folders: list[Path]) -> str:
    """Return a sentence with the folders that may be used."""
    named = " and ".join(str(folder) for folder in folders)
    way = "give such a path, or ask the user to set COASTY_FILES_DIR"
    return f"What lies in {named} may be: {way}." if folders else NOWHERE
