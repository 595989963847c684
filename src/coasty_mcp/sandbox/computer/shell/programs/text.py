"""Programs that print, cut, count and search text."""

import re

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, require_operands, split_flags

DEFAULT_LINES = 10


def echo(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    if arguments[:1] == ["-n"]:
        return ProgramResult(" ".join(arguments[1:]))
    return ProgramResult(" ".join(arguments or [stdin.rstrip("\n")]) + "\n")


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
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
        wanted = [str(count) for flag, count in counts.items() if not flags or flag in flags]
        lines.append(" ".join([*wanted, name]).rstrip() + "\n")
    return ProgramResult("".join(lines))


def grep(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    pattern, *names = require_operands(names)
    try:
        wanted = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    except re.error as problem:
        raise CommandError(f"bad pattern: {problem}") from problem
    found = [
        (f"{name}:" if len(names) > 1 else "") + (f"{at}:" if "n" in flags else "") + line
        for name, text in input_texts(session, names, stdin).items()
        for at, line in enumerate(text.splitlines(), 1)
        if bool(wanted.search(line)) != ("v" in flags)
    ]
    shown = [str(len(found))] if "c" in flags else found
    return ProgramResult("".join(f"{line}\n" for line in shown), exit_code=0 if found else 1)
