"""`printf`, and the escapes of `echo -e`."""

import re

from ...command_error import CommandError
from ..session import MAX_TEXT, ProgramResult, ShellSession
from .arguments import require_operands

ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|0?([0-7]{1,3})|(.))", re.DOTALL)
NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "\\": "\\"}
CONVERSION = re.compile(r"%(?:(%)|([-+ 0#]*)(\d{0,4})(?:\.(\d{0,4}))?([diufgesxXocbq]))")


def unescaped(text: str) -> str:
    """Return the text with the letters that its backslashes stand for."""
    return ESCAPE.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    hexadecimal, octal = found[1] or found[2], found[3]
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    return chr(int(octal, 8)) if octal else NAMED.get(found[4], found[0])


def printf(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the format, again and again until no argument is left."""
    pattern, *values = require_operands(arguments)
    conversions = [c for c in CONVERSION.finditer(pattern) if not c[1]]
    if "%" in CONVERSION.sub("", pattern):
        raise CommandError(f"the sandbox does not print with the format {pattern[:40]!r}")
    printed, values = _once(pattern, values)
    while values and conversions and len(printed) < MAX_TEXT:
        more, values = _once(pattern, values)
        printed += more
    return ProgramResult(printed)


def _once(pattern: str, values: list[str]) -> tuple[str, list[str]]:
    """Return the format filled in, and the arguments that are left."""
    rest = values[::-1]

    def filled(found: re.Match[str]) -> str:
        if found[1]:
            return "%"
        flags, width, precision, kind = found[2], found[3], found[4], found[5]
        text = _converted(rest.pop() if rest else "", kind, flags, precision)
        size = int(width or 0)
        if "-" in flags:
            return text.ljust(size)
        return text.zfill(size) if "0" in flags and kind not in "scbq" else text.rjust(size)

    pieces = re.split(rf"({CONVERSION.pattern})", pattern)
    texts = pieces[:: CONVERSION.groups + 2]
    fills = [filled(found) for found in CONVERSION.finditer(pattern)]
    printed = "".join(unescaped(t) + f for t, f in zip(texts, [*fills, ""], strict=True))
    return printed, rest[::-1]


def _converted(value: str, kind: str, flags: str, precision: str | None) -> str:
    if kind in "sbq":
        text = unescaped(value) if kind == "b" else value
        return text if precision is None else text[: int(precision or 0)]
    if kind == "c":
        return value[:1]
    try:
        number = float(value or 0) if kind in "fge" else int(value or "0", 0)
    except ValueError as error:
        raise CommandError(f"{value}: invalid number") from error
    sign = "+" if "+" in flags else ""
    if kind in "fge":
        return format(number, f"{sign}.{precision or 6}{kind}")
    return format(number, f"{sign}{'d' if kind in 'diu' else kind}")
