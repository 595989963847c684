"""Programs that print texts, or parts of them."""

import re

from ...file_system import data_of, text_of
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, split_flags
from .printing import unescaped

DEFAULT_LINES = 10
AMOUNT = re.compile(r"-(?:([nc]) ?|-(lines|bytes)[ =]|)([+-]?\d{1,15})(?: |$)")


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
    unit, count, names = _amount(arguments)
    return _excerpt(input_texts(session, names, stdin), unit, slice(int(count)))


def tail(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the last lines or bytes; all from a number on where that begins with a plus."""
    unit, count, names = _amount(arguments)
    number = abs(int(count))
    begin = max(0, number - 1) if count.startswith("+") else -number if number else 10**9
    return _excerpt(input_texts(session, names, stdin), unit, slice(begin, None))


def _excerpt(texts: dict[str, str], unit: str, wanted: slice) -> ProgramResult:
    if unit == "c":
        return ProgramResult("".join(text_of(data_of(t)[wanted]) for t in texts.values()))
    return ProgramResult(
        "".join("".join(t.splitlines(keepends=True)[wanted]) for t in texts.values())
    )


def _amount(arguments: list[str]) -> tuple[str, str, list[str]]:
    """Return unit and count of `-n 3`, `-n3`, `-3` or `-c +100`, and the other arguments."""
    found = AMOUNT.match(" ".join(arguments))
    if not found:
        return "n", str(DEFAULT_LINES), arguments
    unit = (found[1] or found[2] or "n").replace("bytes", "c")
    return unit, found[3], arguments[2 if " " in found[0].rstrip() else 1 :]


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
