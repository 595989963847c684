"""Programs that sort, count and cut lines."""

import re
from collections.abc import Iterable
from itertools import groupby

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, option_values, split_flags


def sort(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    if unknown := flags - set("nru"):
        raise CommandError(f"the sandbox does not sort with -{min(unknown)}, only -n, -r and -u")
    lines = "\n".join(input_texts(session, names, stdin).values()).splitlines()
    lines = [line for line in lines if line] if "u" in flags else lines
    lines = sorted(set(lines) if "u" in flags else lines, key=_number if "n" in flags else None)
    return _lines(lines[::-1] if "r" in flags else lines)


def _number(line: str) -> tuple[float, str]:
    found = re.match(r"\s*(-?\d{1,15}(?:\.\d{1,15})?)", line)
    return float(found[1]) if found else 0, line


def uniq(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    lines = "\n".join(input_texts(session, names, stdin).values()).splitlines()
    groups = [(line, len(list(same))) for line, same in groupby(lines)]
    groups = [group for group in groups if "d" not in flags or group[1] > 1]
    return _lines(f"{count:>7} {line}" if "c" in flags else line for line, count in groups)


def cut(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print fields or characters: `-d, -f1,3` or `-c 1-4`."""
    options, names = option_values(arguments, "dfc")
    ranges = [_range(text) for text in options.get("f", options.get("c", "")).split(",")]
    delimiter = options.get("d", "\t") if "f" in options else ""

    def chosen(line: str) -> str:
        pieces = line.split(delimiter) if delimiter else list(line)
        wanted = [n for n in range(len(pieces)) if any(n in numbers for numbers in ranges)]
        return delimiter.join(pieces[n] for n in wanted) if len(pieces) > 1 else line

    texts = input_texts(session, names, stdin)
    return _lines(chosen(line) for text in texts.values() for line in text.splitlines())


def _range(text: str) -> range:
    """Return the numbers, from 0 on, of `3`, `2-4`, `-4` or `2-`."""
    found = re.fullmatch(r"(\d{1,6})?(-)?(\d{1,6})?", text)
    if not found or not (found[1] or found[3]):
        raise CommandError("you must specify a list of bytes, characters, or fields")
    first = int(found[1] or 1)
    return range(first - 1, int(found[3]) if found[3] else 10**6 if found[2] else first)


def _lines(lines: Iterable[str]) -> ProgramResult:
    return ProgramResult("".join(f"{line}\n" for line in lines))
