"""Programs about the machine, the clock and the shell itself."""

import re

from ...command_error import CommandError
from ..session import HOST, ProgramResult, ShellSession
from .arguments import Program, require_operands, split_flags

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def uname(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    system = "Windows_NT" if session.files.windows else "Linux"
    return ProgramResult(
        f"{system} {HOST} 6.8.0 x86_64\n" if "a" in split_flags(arguments)[0] else f"{system}\n"
    )


def env(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult(
        "".join(f"{n}={v}\n" for n, v in sorted(session.variables.items()) if n != "?")
    )


def export(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.variables |= dict(a.split("=", 1) for a in arguments if "=" in a)
    return ProgramResult()


def date(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    style = next((a[1:] for a in arguments if a.startswith("+")), "%a %b %d %H:%M:%S %Z %Y")
    return ProgramResult(session.files.clock.now().strftime(style) + "\n")


def uptime(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    clock = session.files.clock
    minutes = int((clock.now() - clock.started).total_seconds() // 60)
    rest = "1 user,  load average: 0.08, 0.05, 0.01"
    return ProgramResult(f" {clock.now():%H:%M:%S} up {minutes} min,  {rest}\n")


def sleep(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Let simulated time pass; the units are s, m, h and d."""
    for duration in require_operands(arguments):
        if not (parts := re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smhd]?)", duration)):
            raise CommandError(f"invalid time interval '{duration}'")
        session.spend(float(parts[1]) * SECONDS[parts[2]])
    return ProgramResult()


def clear(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.transcript = ""
    return ProgramResult()


def exit_shell(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.ended = True
    return ProgramResult(exit_code=int(arguments[0]) if arguments and arguments[0].isdigit() else 0)


def printing(text: str, exit_code: int = 0) -> Program:
    return lambda _session, _arguments, _stdin: ProgramResult(text, exit_code=exit_code)
