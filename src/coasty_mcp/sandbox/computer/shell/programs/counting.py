"""`seq`: whole numbers, one after the other."""

import re

from ...command_error import CommandError
from ..session import MAX_TEXT, ProgramResult, ShellSession
from .arguments import require_operands

MAX_LINES = 100_000


def seq(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    separator = "\n"
    if arguments[:1] == ["-s"]:
        separator, arguments = (arguments[1:2] or ["\n"])[0], arguments[2:]
    numbers = [_whole(text) for text in require_operands(arguments)]
    first, step, last = {1: (1, 1, numbers[-1]), 2: (numbers[0], 1, numbers[-1])}.get(
        len(numbers), (numbers[0], (numbers[1:2] or [1])[0], numbers[-1])
    )
    if step == 0:
        raise CommandError("invalid Zero increment value: '0'")
    counted = range(first, last + (1 if step > 0 else -1), step)
    if len(counted) > MAX_LINES or len(counted) * len(separator) > MAX_TEXT:
        raise CommandError(f"the sandbox does not print more than {MAX_LINES:,} numbers")
    return ProgramResult(separator.join(map(str, counted)) + "\n" * bool(counted))


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,12}", text):
        raise CommandError(f"the sandbox does not count with '{text}', only with whole numbers")
    return int(text)
