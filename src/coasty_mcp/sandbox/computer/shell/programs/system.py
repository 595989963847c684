"""Programs about the machine, the clock and the shell itself."""

from datetime import UTC, datetime

from ..session import HOST, ProgramResult, ShellSession
from .arguments import Program, split_flags

NOW = datetime(2026, 8, 22, 12, 3, 7, tzinfo=UTC)
UPTIME = " 12:03:07 up 3 min,  1 user,  load average: 0.08, 0.05, 0.01\n"


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
    return ProgramResult(NOW.strftime(style) + "\n")


def clear(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.transcript = ""
    return ProgramResult()


def exit_shell(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.ended = True
    return ProgramResult(exit_code=int(arguments[0]) if arguments and arguments[0].isdigit() else 0)


def printing(text: str, exit_code: int = 0) -> Program:
    return lambda _session, _arguments, _stdin: ProgramResult(text, exit_code=exit_code)
