"""What a path leads to: `stat` and `realpath`."""

import re
from posixpath import dirname

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession
from .arguments import option_values, require_operands, split_flags


def stat(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the size (%s) and the name (%n) of files, in the format of `-c`."""
    options, names = option_values(arguments, "c")
    if not re.fullmatch(r"(?:%[sn]|[^%])+", style := options.get("c", "")):
        raise CommandError("the sandbox has stat with -c and a format of %s and %n only")
    lines = list[str]()
    for name in require_operands(names):
        size = session.files.size(session.path(name))
        lines.append(style.replace("%s", str(size)).replace("%n", name) + "\n")
    return ProgramResult("".join(lines))


def realpath(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the absolute path of what exists, but for its last part; with -e all of it does."""
    flags, names = split_flags(arguments)
    paths = [session.path(name) for name in require_operands(names)]
    for path in paths:
        session.files.must_exist(path if "e" in flags else dirname(path))
    return ProgramResult("".join(f"{path}\n" for path in paths))
