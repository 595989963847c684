"""Reading a line as a static call of .NET, whose arguments may be calls as well."""

import re

from .static_calls import StaticCall

MEMBER = re.compile(r"\[([A-Za-z.]+)\]::([A-Za-z0-9]+)(\(\s*)?")


QUOTES = "'\u2018\u2019\u201a\u201b"
"""The characters that PowerShell takes for a single quote."""


TEXT = re.compile(rf"[{QUOTES}]((?:[^{QUOTES}]|[{QUOTES}]{{2}})*)[{QUOTES}]")


NUMBER = re.compile(r"\d{1,15}")


COMMA = re.compile(r"\s*,\s*")


CLOSED = re.compile(r"\s*\)")


MAX_DEPTH = 8


def unquoted(text: str) -> str:
    """Return what stands in single quotes, any of which are doubled in it."""
    return re.sub(f"[{QUOTES}]([{QUOTES}])", r"\1", text)


def parse(line: str, at: int, depth: int = 0) -> tuple[StaticCall, int] | None:
    """Return the call that begins there, and where it ends; None where none does."""
    found = MEMBER.match(line, at)
    if not found or depth > MAX_DEPTH:
        return None
    kind, member = found[1].lower().removeprefix("system."), found[2].lower()
    if found[3] is None:
        return StaticCall(kind, member), found.end()
    arguments, at = list[StaticCall | str | int](), found.end()
    while not (closed := CLOSED.match(line, at)):
        comma = COMMA.match(line, at)
        if bool(arguments) != bool(comma):
            return None
        argument = _argument(line, comma.end() if comma else at, depth)
        if argument is None:
            return None
        arguments.append(argument[0])
        at = argument[1]
    return StaticCall(kind, member, tuple(arguments)), closed.end()


def _argument(line: str, at: int, depth: int) -> tuple[StaticCall | str | int, int] | None:
    if text := TEXT.match(line, at):
        return unquoted(text[1]), text.end()
    if number := NUMBER.match(line, at):
        return int(number[0]), number.end()
    return parse(line, at, depth + 1)
