"""Expanding the words of a bash line: braces, variables and splitting."""

import re
from collections.abc import Iterable, Iterator, Mapping

from ..command_error import CommandError
from .scanner import Part, Word

BRACES = re.compile(r"\{(?:(-?\d{1,9})\.\.(-?\d{1,9})|([^{}]*,[^{}]*))\}")
PARAMETER = re.compile(r"(#)?(\w+|[?#$@*!])(?:(:?[-+])(.*))?", re.DOTALL)
MAX_WORDS = 1_000

Field = list[tuple[str, bool]]
"""The pieces of one argument, and whether each was quoted."""


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


def joined(parts: Iterable[tuple[Part, str]]) -> list[Field]:
    """Return the fields of a word: values that are not quoted are split at spaces."""
    fields, open_field = list[Field](), False
    for part, value in parts:
        split = part.kind != "text" and not part.quoted
        pieces = value.split() if split else [value]
        if split and value[:1].isspace():
            open_field = False
        for index, piece in enumerate(pieces):
            if index or not open_field:
                fields.append([])
            fields[-1].append((piece, part.quoted))
            open_field = True
        if split and value[-1:].isspace():
            open_field = False
    return fields


def variable(expression: str, variables: Mapping[str, str]) -> str:
    """Return the value of `NAME`, `#NAME`, `NAME:-default` or `NAME:+other`.

    Raises:
        CommandError: it is another expression.
    """
    found = PARAMETER.fullmatch(expression)
    if not found:
        raise CommandError(
            f"the sandbox does not expand ${{{expression[:40]}}}, only ${{NAME}}, ${{#NAME}}, "
            "${NAME:-default} and ${NAME:+other}"
        )
    count, name, operator, other = found.groups()
    specials = {"$": "1", "#": "0", "@": "", "*": "", "!": "", "?": "0"}
    value = variables.get(name, specials.get(name))
    if count:
        return str(len(value or ""))
    is_set = bool(value) if (operator or "").startswith(":") else value is not None
    if (operator or "").endswith("+"):
        return other if is_set else ""
    return value or "" if is_set or not operator else other
