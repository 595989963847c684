"""Programs that print texts, or parts of them."""

import re

from ...file_system import data_of
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, split_flags
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


def tee(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    for path in map(session.path, names):
        before = session.files.read(path) if "a" in flags and session.files.exists(path) else ""
        session.files.write(path, before + stdin)
    return ProgramResult(stdin)
