"""`tr`: letters for other letters."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession
from .arguments import require_operands, split_flags
from .printing import unescaped


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
