"""Reading in a machine's history what was carried out already."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from .grounding import could_mean

ENTRY = re.compile(r"((?:(?:double|right) (?=click ))?\S*) ?(.*)", re.DOTALL)

HistoryPattern = tuple[str, ...]
"""Entries that one deed leaves one after the other: `("type ls", "press enter")`."""


def entry_matches(expected: str, entry: str) -> bool:
    """Whether an entry is the expected one: `click the send button` stands for `click Send`.

    A verb alone stands for any entry with it.
    """
    verb, what = _verb_and_object(expected)
    seen_verb, seen = _verb_and_object(entry)
    if verb != seen_verb:
        return False
    if not what:
        return True
    if verb.endswith(("click", "drag")):
        return could_mean(what, seen)
    return same_address(what, seen) if verb == "open" else what == seen


def _verb_and_object(entry: str) -> tuple[str, str]:
    match = ENTRY.match(entry)
    return (match[1], match[2]) if match else ("", entry)


def same_address(one: str, other: str) -> bool:
    return _normal_address(one) == _normal_address(other)


def _normal_address(address: str) -> str:
    return address.casefold().removeprefix("https://").removeprefix("http://").strip().rstrip("/")


def latest_match(patterns: Iterable[HistoryPattern], history: Sequence[str]) -> range | None:
    """Where the latest of the patterns is."""
    found = [
        range(start, start + len(pattern))
        for pattern in patterns
        for start in range(len(history) - len(pattern) + 1)
        if all(map(entry_matches, pattern, history[start:]))
    ]
    return max(found, key=lambda place: place.stop, default=None)


def count_trailing(expected: str, history: Sequence[str]) -> int:
    """How many times in a row the history ends with an entry."""
    return sum(
        1 for _ in takewhile(lambda entry: entry_matches(expected, entry), reversed(history))
    )
