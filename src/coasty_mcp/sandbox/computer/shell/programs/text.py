"""Programs that print, cut, sort and count text."""

import re
from collections.abc import Iterable
from itertools import groupby
from string import ascii_lowercase, ascii_uppercase, digits

from ...command_error import CommandError
from ...file_system import data_of
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, option_values, require_operands, split_flags
from .printing import unescaped

DEFAULT_LINES = 10


def echo(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags = set[str]()
    while arguments and re.fullmatch(r"-[neE]+", arguments[0]):
        flags |= set(arguments[0][1:])
        arguments = arguments[1:]
    text = " ".join(arguments)
    return ProgramResult((unescaped(text) if "e" in flags else text) + "\n" * ("n" not in flags))


def cat(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult("".join(input_texts(session, split_flags(arguments)[1], stdin).values()))


def head(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    count, names = _line_count(arguments)
    return _excerpt(input_texts(session, names, stdin), slice(count))


def tail(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    count, names = _line_count(arguments)
    return _excerpt(input_texts(session, names, stdin), slice(-count if count else 10**9, None))


def _excerpt(texts: dict[str, str], wanted: slice) -> ProgramResult:
    return ProgramResult(
        "".join("".join(t.splitlines(keepends=True)[wanted]) for t in texts.values())
    )


def _line_count(arguments: list[str]) -> tuple[int, list[str]]:
    """Return the count of `-n 3`, `-n3` or `-3`, and the other arguments."""
    found = re.match(r"-(?:n ?)?(\d+)(?: |$)", " ".join(arguments))
    if not found:
        return DEFAULT_LINES, arguments
    return int(found[1]), arguments[2 if arguments[0] == "-n" else 1 :]


def wc(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    lines: list[str] = []
    for name, text in input_texts(session, names, stdin).items():
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(data_of(text))}
        wanted = [str(count) for flag, count in counts.items() if not flags or flag in flags]
        lines.append(" ".join([*wanted, name]).rstrip() + "\n")
    return ProgramResult("".join(lines))


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


def tr(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    source, *rest = (_characters(name) for name in require_operands(names))
    if "d" in flags:
        return ProgramResult("".join(letter for letter in stdin if letter not in source))
    if not rest or not rest[0] or flags:
        raise CommandError(
            "the sandbox does not do this with tr, only `tr SET1 SET2` and `tr -d SET`"
        )
    target = rest[0].ljust(len(source), rest[0][-1])
    return ProgramResult(stdin.translate(dict(zip(map(ord, source), target, strict=False))))


def _characters(text: str) -> str:
    """Return the letters of a set such as `a-z` or `[:upper:]`."""
    named = {"upper": ascii_uppercase, "lower": ascii_lowercase, "digit": digits}
    for name, letters in named.items():
        text = text.replace(f"[:{name}:]", letters)
    ranges = re.sub(r"(.)-(.)", lambda r: "".join(map(chr, range(ord(r[1]), ord(r[2]) + 1))), text)
    return unescaped(ranges)


def tee(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    for path in map(session.path, names):
        before = session.files.read(path) if "a" in flags and session.files.exists(path) else ""
        session.files.write(path, before + stdin)
    return ProgramResult(stdin)


def _lines(lines: Iterable[str]) -> ProgramResult:
    return ProgramResult("".join(f"{line}\n" for line in lines))
