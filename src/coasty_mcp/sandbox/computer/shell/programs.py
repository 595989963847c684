"""The programs that a shell finds: each takes its arguments and what was piped into it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from posixpath import basename, dirname

from ..command_error import CommandError
from .session import HOST, ProgramResult, ShellSession

Program = Callable[[ShellSession, list[str], str], ProgramResult]

NOW = datetime(2026, 8, 22, 12, 3, 7, tzinfo=UTC)
UPTIME = " 12:03:07 up 3 min,  1 user,  load average: 0.08, 0.05, 0.01\n"
DEFAULT_LINES = 10


def _flags(arguments: list[str]) -> tuple[set[str], list[str]]:
    """Letters of the options, and the rest."""
    options = [a for a in arguments if re.fullmatch(r"-[A-Za-z]\w*|--[a-z-]+", a)]
    letters = {letter for option in options for letter in option.lstrip("-")}
    return letters, [a for a in arguments if a not in options]


def _need(names: list[str], count: int = 1) -> list[str]:
    if len(names) < count:
        raise CommandError("missing operand")
    return names


def _texts(session: ShellSession, names: list[str], stdin: str) -> dict[str, str]:
    """The files' texts by name, or what was piped in."""
    return {name: session.files.read(session.path(name)) for name in names} or {"": stdin}


def echo(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    if arguments[:1] == ["-n"]:
        return ProgramResult(" ".join(arguments[1:]))
    return ProgramResult(" ".join(arguments or [stdin.rstrip("\n")]) + "\n")


def pwd(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult(session.files.shown(session.folder) + "\n")


def cd(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    goal = arguments[0] if arguments else session.files.home
    session.enter(session.variables.get("OLDPWD", "") if goal == "-" else goal)
    return ProgramResult()


def ls(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    lines: list[str] = []
    for name in names or ["."]:
        path = session.path(name)
        folder = session.files.is_folder(path)
        found = session.files.names(path) if folder or not session.files.exists(path) else [name]
        lines += [f"{name}:"] * (len(names) > 1 and folder)
        for each in found if flags & {"a", "A"} else [f for f in found if not f.startswith(".")]:
            inside = path if each == name else f"{path}/{each}"
            lines.append(_listed(session, inside, each) if "l" in flags else each)
    return ProgramResult("".join(f"{line}\n" for line in lines))


def _listed(session: ShellSession, path: str, name: str) -> str:
    folder = session.files.is_folder(path)
    size = 4096 if folder else len(session.files.read(path).encode())
    kind = "drwxr-xr-x 2" if folder else "-rw-r--r-- 1"
    return f"{kind} user user {size:>6} Aug 22 12:03 {name}"


def cat(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult("".join(_texts(session, _flags(arguments)[1], stdin).values()))


def mkdir(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    for name in _need(names):
        session.files.make_folder(session.path(name), parents="p" in flags)
    return ProgramResult()


def touch(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    for name in _need(_flags(arguments)[1]):
        if not session.files.exists(session.path(name)):
            session.files.write(session.path(name), "")
    return ProgramResult()


def rm(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    for name in _need(names):
        path = session.path(name)
        if "f" in flags and not session.files.exists(path):
            continue
        if session.files.is_folder(path) and not flags & {"r", "R"}:
            raise CommandError(f"cannot remove '{name}': Is a directory")
        session.files.remove(path)
    return ProgramResult()


def rmdir(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    for name in _need(arguments):
        if session.files.names(session.path(name)):
            raise CommandError(f"failed to remove '{name}': Directory not empty")
        session.files.remove(session.path(name))
    return ProgramResult()


def cp(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    *sources, target = _need(names, 2)
    for source in sources:
        path = session.path(source)
        if session.files.is_folder(path) and not flags & {"r", "R", "a"}:
            raise CommandError(f"-r not specified; omitting directory '{source}'")
        session.files.copy(path, _landing(session, path, target))
    return ProgramResult()


def mv(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    *sources, target = _need(_flags(arguments)[1], 2)
    for source in sources:
        path = session.path(source)
        session.files.copy(path, _landing(session, path, target))
        session.files.remove(path)
    return ProgramResult()


def _landing(session: ShellSession, source: str, target: str) -> str:
    path = session.path(target)
    return f"{path}/{basename(source)}" if session.files.is_folder(path) else path


def head(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    count, names = _line_count(arguments)
    return _excerpt(_texts(session, names, stdin), slice(count))


def tail(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    count, names = _line_count(arguments)
    return _excerpt(_texts(session, names, stdin), slice(-count if count else 10**9, None))


def _excerpt(texts: dict[str, str], wanted: slice) -> ProgramResult:
    return ProgramResult(
        "".join("".join(t.splitlines(keepends=True)[wanted]) for t in texts.values())
    )


def _line_count(arguments: list[str]) -> tuple[int, list[str]]:
    """From `-n 3`, `-n3` or `-3`."""
    found = re.match(r"-(?:n ?)?(\d+)(?: |$)", " ".join(arguments))
    if not found:
        return DEFAULT_LINES, arguments
    return int(found[1]), arguments[2 if arguments[0] == "-n" else 1 :]


def wc(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    lines: list[str] = []
    for name, text in _texts(session, names, stdin).items():
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
        wanted = [str(count) for flag, count in counts.items() if not flags or flag in flags]
        lines.append(" ".join([*wanted, name]).rstrip() + "\n")
    return ProgramResult("".join(lines))


def grep(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = _flags(arguments)
    pattern, *names = _need(names)
    try:
        wanted = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    except re.error as problem:
        raise CommandError(f"bad pattern: {problem}") from problem
    found = [
        (f"{name}:" if len(names) > 1 else "") + (f"{at}:" if "n" in flags else "") + line
        for name, text in _texts(session, names, stdin).items()
        for at, line in enumerate(text.splitlines(), 1)
        if bool(wanted.search(line)) != ("v" in flags)
    ]
    shown = [str(len(found))] if "c" in flags else found
    return ProgramResult("".join(f"{line}\n" for line in shown), exit_code=0 if found else 1)


def uname(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    system = "Windows_NT" if session.files.windows else "Linux"
    return ProgramResult(
        f"{system} {HOST} 6.8.0 x86_64\n" if "a" in _flags(arguments)[0] else f"{system}\n"
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


def leave(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    session.ended = True
    return ProgramResult(exit_code=int(arguments[0]) if arguments and arguments[0].isdigit() else 0)


def _prints(text: str, exit_code: int = 0) -> Program:
    return lambda _session, _arguments, _stdin: ProgramResult(text, exit_code=exit_code)


PROGRAMS: dict[str, Program] = {
    "echo": echo,
    "pwd": pwd,
    "cd": cd,
    "ls": ls,
    "cat": cat,
    "mkdir": mkdir,
    "touch": touch,
    "rm": rm,
    "rmdir": rmdir,
    "cp": cp,
    "mv": mv,
    "head": head,
    "tail": tail,
    "wc": wc,
    "grep": grep,
    "uname": uname,
    "env": env,
    "export": export,
    "exit": leave,
    "basename": lambda _session, arguments, _stdin: ProgramResult(
        basename(_need(arguments)[0]) + "\n"
    ),
    "dirname": lambda _session, arguments, _stdin: ProgramResult(
        (dirname(_need(arguments)[0]) or ".") + "\n"
    ),
    "whoami": _prints("user\n"),
    "hostname": _prints(f"{HOST}\n"),
    "date": date,
    "uptime": _prints(UPTIME),
    "sleep": _prints(""),
    "clear": clear,
    "true": _prints(""),
    "false": _prints("", 1),
    "get-location": pwd,
    "get-childitem": ls,
    "get-content": cat,
    "set-location": cd,
    "write-output": echo,
}
