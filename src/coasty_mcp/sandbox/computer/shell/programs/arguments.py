"""What programs share: reading their options and operands, and their input."""

import re
from collections.abc import Callable

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession

Program = Callable[[ShellSession, list[str], str], ProgramResult]
"""A program takes the session, its arguments and its standard input."""


def split_flags(arguments: list[str]) -> tuple[set[str], list[str]]:
    """Return the letters of the options, and the other arguments."""
    options = [a for a in arguments if re.fullmatch(r"-[A-Za-z]\w*|--[a-z-]+", a)]
    letters = {letter for option in options for letter in option.lstrip("-")}
    return letters, [a for a in arguments if a not in options]


def require_operands(names: list[str], count: int = 1) -> list[str]:
    if len(names) < count:
        raise CommandError("missing operand")
    return names


def input_texts(session: ShellSession, names: list[str], stdin: str) -> dict[str, str]:
    """Return the texts of the named files, or the standard input if there are none."""
    return {name: session.files.read(session.path(name)) for name in names} or {"": stdin}
