"""Where on this computer a tool may read pictures and write files."""

from pathlib import Path

from ..api.errors import InvalidRequest

WHERE = (
    "Allowed is what lies in the server's working folder (not where that is / or the home folder) "
    "or in COASTY_FILES_DIR."
)


def allowed_folders(files_dir: Path | None) -> list[Path]:
    """The working folder, unless a host has left it at / or the home folder, and the one set."""
    here, home = Path.cwd(), Path.home().resolve()
    own = [] if home.is_relative_to(here) else [here]
    return own + ([files_dir.expanduser().resolve()] if files_dir else [])


def confined(path: str, folders: list[Path]) -> str:
    """Where a path really leads, past every symbolic link; InvalidRequest if that is elsewhere."""
    try:
        real = Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidRequest(f"{path[:60]} is no path.") from error
    if not any(real.is_relative_to(folder) for folder in folders):
        raise InvalidRequest(f"{path[:60]} is not in a folder that may be used. {WHERE}")
    return str(real)
