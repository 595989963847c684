"""The skill that teaches a model to use the tools: what `install` copies and the server offers."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

NAME = "coasty"
MAIN_FILE = "SKILL.md"


@cache
def skill_files() -> dict[str, str]:
    """Return the files of the skill by their path in its folder; `SKILL.md` is one of them."""
    return dict(_texts(files(__name__).joinpath(NAME)))


def _texts(folder: Traversable, prefix: str = "") -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{prefix}{each.name}"
        inner = _texts(each, f"{path}/") if each.is_dir() else [(path, _text(each))]
        found += inner
    return found


def _text(file: Traversable) -> str:
    return file.read_bytes().decode()
