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


DISK, USED = 40 * 1024 * 1024, 6_815_744  # KiB
MEMORY = 4 * 1024 * 1024


def df(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the one disk; -h gives sizes that people can read."""
    files = session.files
    texts = (files.read(path) for path in files.tree("/") if not files.is_folder(path))
    used = USED + sum(map(len, texts)) // 1024
    sizes = [DISK, used, DISK - used]
    human = "h" in split_flags(arguments)[0]
    shown = [f"{size / 1024**2:.1f}G" if human else str(size) for size in sizes]
    unit = "Size" if human else "1K-blocks"
    head = f"{'Filesystem':<14} {unit:>10} {'Used':>10} {'Avail':>10} Use% Mounted on\n"
    line = f"{'/dev/vda1':<14} {shown[0]:>10} {shown[1]:>10} {shown[2]:>10} {used / DISK:>4.0%} /\n"
    return ProgramResult(head + line)


def free(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags = split_flags(arguments)[0]
    per_unit, unit = (1024**2, "Gi") if "h" in flags else (1024, "") if "m" in flags else (1, "")
    total, used = MEMORY // per_unit, MEMORY * 3 // 8 // per_unit
    rows = [
        ("", "total", "used", "free"),
        ("Mem:", *(f"{n}{unit}" for n in (total, used, total - used))),
    ]
    return ProgramResult("".join(f"{a:<7}{b:>12}{c:>12}{d:>12}\n" for a, b, c, d in rows))


def test(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Check a condition, as `[` does."""
    negated = arguments[:1] == ["!"]
    holds = _holds(session, arguments[1:] if negated else arguments)
    return ProgramResult(exit_code=int(holds == negated))


def bracket(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    if arguments[-1:] != ["]"]:
        raise CommandError("missing `]'")
    return test(session, arguments[:-1], stdin)


def _holds(session: ShellSession, words: list[str]) -> bool:
    files = session.files
    match words:
        case [] | [""]:
            return False
        case ["-e" | "-f" | "-d" | "-s" as kind, name]:
            path = session.path(name)
            folder = files.is_folder(path)
            if kind in ("-e", "-d"):
                return folder or (kind == "-e" and files.exists(path))
            is_file = files.exists(path) and not folder
            return is_file and (kind == "-f" or bool(files.read(path)))
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" as sign, right]:
            try:
                difference = int(left[:20]) - int(right[:20])
            except ValueError as error:
                raise CommandError("integer expression expected") from error
            signs = {"-eq": difference == 0, "-ne": difference != 0, "-lt": difference < 0}
            signs |= {"-le": difference <= 0, "-gt": difference > 0, "-ge": difference >= 0}
            return signs[sign]
        case _:
            raise CommandError(
                "the sandbox does not test this: one comparison, -e, -f, -d, -n or -z"
            )
