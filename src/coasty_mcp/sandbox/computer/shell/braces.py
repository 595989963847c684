"""Braces in a word of a bash line: `{a,b}` and `{1..3}`."""

import re
from collections.abc import Iterator

from ..command_error import CommandError
from .scanner import Part, Word

BRACES = re.compile(r"\{(?:(-?\d{1,9})\.\.(-?\d{1,9})|([^{}]*,[^{}]*))\}")


MAX_WORDS = 1_000


def braces(word: Word) -> Iterator[Word]:
    """Yield the words that `{a,b}` and `{1..3}` in a word stand for.

    Raises:
        CommandError: they are too many.
    """
    pending, made = [word], 0
    while pending:
        each = pending.pop()
        place = next((i for i, part in enumerate(each) if _brace(part)), None)
        if place is None:
            made += 1
            yield each
            continue
        part = each[place]
        found = BRACES.search(part.text)
        options = _options(found) if found else []
        if made + len(pending) + len(options) > MAX_WORDS:
            raise CommandError(f"the sandbox does not expand braces to more than {MAX_WORDS} words")
        for option in reversed(options):
            text = found and part.text[: found.start()] + option + part.text[found.end() :]
            pending.append([*each[:place], Part("text", text or "", False), *each[place + 1 :]])


def _brace(part: Part) -> bool:
    return part.kind == "text" and not part.quoted and bool(BRACES.search(part.text))


def _options(found: re.Match[str]) -> list[str]:
    if found[3] is not None:
        return found[3].split(",")
    first, last = int(found[1]), int(found[2])
    step = 1 if last >= first else -1
    return [str(number) for number in range(first, last + step, step)[: MAX_WORDS + 1]]
