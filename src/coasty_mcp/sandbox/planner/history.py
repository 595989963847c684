"""Reading from a machine's history which actions were carried out already."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from .grounding import could_mean

ENTRY = re.compile(r"((?:(?:double|right) (?=click ))?\S*) ?(.*)", re.DOTALL)

HistoryPattern = tuple[str, ...]
"""Entries that follow each other in the history, such as `("type ls", "press enter")`."""


def entry_matches(expected: str, entry: str) -> bool:
    """Return whether an entry is the expected one: `click the send button` matches `click Send`.

    A verb alone matches any entry with that verb.
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
    """Return where in the history the latest match of any of the patterns is."""
    found = [
        range(start, start + len(pattern))
        for pattern in patterns
        for start in range(len(history) - len(pattern) + 1)
        if all(map(entry_matches, pattern, history[start:]))
    ]
    return max(found, key=lambda place: place.stop, default=None)


def count_trailing(expected: str, history: Sequence[str]) -> int:
    """Return how many times in a row the expected entry stands at the end of the history."""
    return sum(
        1 for _ in takewhile(lambda entry: entry_matches(expected, entry), reversed(history))
    )
