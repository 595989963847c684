"""Builtins for loops: `read`, `break` and `continue`."""

from functools import partial

from ...command_error import CommandError
from ..session import LeftLoop, ProgramResult, ShellSession
from .arguments import Program


def read(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Put the next line of the input into variables, the rest of its words into the last."""
    names = [each for each in arguments if each != "-r"] or ["REPLY"]
    if wrong := next((each for each in names if not each.isidentifier()), None):
        raise CommandError(f"the sandbox does not know {wrong!r} here, only -r and names")
    line, newline, rest = stdin.partition("\n")
    if stdin == session.standing_input:
        session.standing_input = rest
    words = line.split(maxsplit=len(names) - 1) if len(names) > 1 else [line.strip()]
    session.variables |= dict.fromkeys(names, "") | dict(zip(names, words, strict=False))
    return ProgramResult(exit_code=0 if newline else 1)


def _leave(
    session: ShellSession, arguments: list[str], stdin: str, *, name: str, for_good: bool
) -> ProgramResult:
    levels = arguments[0] if arguments else "1"
    if not levels.isdecimal() or int(levels[:9]) < 1:
        raise CommandError(f"{levels}: loop count out of range")
    if not session.loops:
        return ProgramResult(errors=f"{name}: only meaningful in a loop\n")
    raise LeftLoop(min(int(levels[:9]), session.loops), for_good=for_good)


leave: Program = partial(_leave, name="break", for_good=True)
go_on: Program = partial(_leave, name="continue", for_good=False)
