"""Which window is meant by an id, a title or a part of a title."""

from collections.abc import Sequence
from typing import NamedTuple

from .command_error import CommandError


class WindowName(NamedTuple):
    """What a window can be named by."""

    window_id: str
    title: str

    def __str__(self) -> str:
        return f"{self.window_id} ({self.title})"


def window_named(wanted: str, windows: Sequence[WindowName], *, closing: bool = False) -> int:
    """Return which of the windows is meant: by its id, its title, or a part of one title alone.

    Args:
        closing: whether it is lost by it, for which a part of a title is not enough.

    Raises:
        CommandError: none is, or several are; it names them.
    """
    sought, every = wanted.lower(), range(len(windows))
    exact = [
        [at for at in every if windows[at].window_id == wanted],
        [at for at in every if windows[at].title.lower() == sought],
    ]
    like = [at for at in every if sought in windows[at].title.lower()]
    found = next(filter(None, exact), [] if closing else like)
    match found:
        case [only]:
            return only
        case _:
            raise CommandError(_refusal(wanted, windows, found or like))


def _refusal(wanted: str, windows: Sequence[WindowName], found: Sequence[int]) -> str:
    if not found:
        names = ", ".join(map(str, windows)) or "none"
        return f"There is no window called {wanted}. There are: {names}."
    names = ", ".join(str(windows[at]) for at in found)
    what = f"is a part of the title of {names}" if len(found) == 1 else f"may be any of {names}"
    return f"{wanted} {what}: give the window_id, or the whole title."
