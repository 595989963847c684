"""Text layout: the widths of letters and line breaks, in units."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

from .glyphs import glyph

Face = Literal["plain", "bold", "mono"]
Span = tuple[int, int]

MONO_ADVANCE = 0.58
STROKE = 0.03


@cache
def advance(letter: str, face: Face) -> float:
    """Return the distance to the next letter, for a font size of 1."""
    wide, _ = glyph(letter)
    if face == "mono":
        return MONO_ADVANCE if wide else 0
    return wide + (STROKE if face == "bold" and wide else 0)


def width(text: str, size: float, face: Face = "plain") -> float:
    return size * sum(advance(letter, face) for letter in text)


def cut(text: str, room: float, size: float, face: Face = "plain") -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if reach(text, room, size, face) == len(text):
        return text
    return text[: reach(text, room - width("…", size, face), size, face)] + "…"


def reach(text: str, room: float, size: float, face: Face = "plain", part: float = 1) -> int:
    """Return how many letters fit; the last one counts when this part of it does."""
    used = 0.0
    for count, letter in enumerate(text):
        step = size * advance(letter, face)
        if used + part * step > room:
            return count
        used += step
    return len(text)


@lru_cache(maxsize=64)
def wrap(text: str, room: float, size: float, face: Face = "plain") -> tuple[Span, ...]:
    """Return where each line of the text starts and ends."""
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans += [(start + first, start + last) for first, last in _broken(line, room, size, face)]
        start += len(line) + 1
    return tuple(spans)


def line_of(offset: int, spans: tuple[Span, ...]) -> int:
    """Return which line the letter at an offset is on."""
    return max(row for row, (start, _) in enumerate(spans) if start <= offset)


def _broken(line: str, room: float, size: float, face: Face) -> Iterator[Span]:
    start, after_space, used = 0, 0, 0.0
    for index, letter in enumerate(line):
        used += size * advance(letter, face)
        if used > room and letter != " " and index > start:
            end = after_space if after_space > start else index
            yield start, end
            start, used = end, width(line[end : index + 1], size, face)
        if letter == " ":
            after_space = index + 1
    yield start, len(line)
