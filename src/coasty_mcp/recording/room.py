"""The room that recordings may take: the oldest go first."""

import re
import shutil
from pathlib import Path

from .session_folder import TRAJECTORY

SESSION = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d_[0-9a-f]{4,}")
MEGABYTE = 1_000_000


def sessions(folder: Path) -> list[Path]:
    """Return the recordings in a folder, oldest first; what else is in it is none of ours."""
    if not folder.is_dir():
        return []
    found = (each for each in folder.iterdir() if SESSION.fullmatch(each.name))
    return sorted(each for each in found if not each.is_symlink() and (each / TRAJECTORY).is_file())


def make_room(folder: Path, current: Path, most: int) -> bool:
    """Remove the oldest recordings until all take at most that many bytes; False if they cannot."""
    sizes = {each: _size(each) for each in sessions(folder)}
    for oldest in [each for each in sizes if each != current]:
        if sum(sizes.values()) <= most:
            break
        shutil.rmtree(oldest, ignore_errors=True)
        del sizes[oldest]
    return sum(sizes.values()) <= most


def _size(session: Path) -> int:
    return sum(each.lstat().st_size for each in session.rglob("*") if each.is_file())
