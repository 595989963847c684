"""What programs share: reading their options and operands, and their input."""

import re
from collections.abc import Callable

from ...command_error import CommandError
from ..session import MAX_TEXT, ProgramResult, ShellSession

Program = Callable[[ShellSession, list[str], str], ProgramResult]
"""A program takes the session, its arguments and its standard input."""


def split_flags(arguments: list[str]) -> tuple[set[str], list[str]]:
    """Return the letters of the options, and the other arguments; behind `--` all are such."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [a for a in arguments[:end] if re.fullmatch(r"-[A-Za-z]\w*|--[a-z-]+", a)]
    letters = {letter for option in options for letter in option.lstrip("-")}
    return letters, [*(a for a in arguments[:end] if a not in options), *arguments[end + 1 :]]


def require_operands(names: list[str], count: int = 1) -> list[str]:
    if len(names) < count:
        raise CommandError("missing operand")
    return names


def input_texts(session: ShellSession, names: list[str], stdin: str) -> dict[str, str]:
    """Return the texts of the named files, or the standard input if there are none.

    Raises:
        CommandError: there is no such file, or they are too long together.
    """
    texts, length = dict[str, str](), 0
    for name in names:
        texts[name] = stdin if name == "-" else session.files.read(session.path(name))
        length += len(texts[name])
        session.charge(len(texts[name]) // 10)
        if length > MAX_TEXT:
            raise CommandError("the sandbox does not read this much text at once")
    return texts or {"": stdin}


def option_values(arguments: list[str], letters: str) -> tuple[dict[str, str], list[str]]:
    """Return the values of options such as `-d ,` or `-d,`, and the other arguments.

    Raises:
        CommandError: an option has another letter.
    """
    values, names = dict[str, str](), list[str]()
    pending = iter(arguments)
    for argument in pending:
        if argument == "--":
            names += pending
        elif not re.match(r"-[A-Za-z]", argument):
            names.append(argument)
        elif argument[1] not in letters:
            known = ", ".join(f"-{letter}" for letter in letters)
            raise CommandError(f"the sandbox does not know {argument[:2]} here, only {known}")
        else:
            values[argument[1]] = argument[2:] or next(pending, "")
    return values, names
