"""Reading in a machine's history what was carried out already."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from .grounding import alike

ENTRY = re.compile(r"((?:(?:double|right) (?=click ))?\S*) ?(.*)", re.DOTALL)

Trace = tuple[str, ...]
"""Entries that one deed leaves one after the other: `("type ls", "press enter")`."""


def same(expected: str, entry: str) -> bool:
    """Whether an entry is the expected one: `click the send button` stands for `click Send`.

    A verb alone stands for any entry with it.
    """
    verb, what = _parted(expected)
    seen_verb, seen = _parted(entry)
    if verb != seen_verb:
        return False
    if not what:
        return True
    if verb.endswith(("click", "drag")):
        return alike(what, seen)
    return same_address(what, seen) if verb == "open" else what == seen


def _parted(entry: str) -> tuple[str, str]:
    match = ENTRY.match(entry)
    return (match[1], match[2]) if match else ("", entry)


def same_address(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(address: str) -> str:
    return address.casefold().removeprefix("https://").removeprefix("http://").strip().rstrip("/")


def latest(traces: Iterable[Trace], history: Sequence[str]) -> range | None:
    """Where the latest of the traces is."""
    found = [
        range(start, start + len(trace))
        for trace in traces
        for start in range(len(history) - len(trace) + 1)
        if all(map(same, trace, history[start:]))
    ]
    return max(found, key=lambda place: place.stop, default=None)


def trailing(expected: str, history: Sequence[str]) -> int:
    """How many times in a row the history ends with an entry."""
    return sum(1 for _ in takewhile(lambda entry: same(expected, entry), reversed(history)))
