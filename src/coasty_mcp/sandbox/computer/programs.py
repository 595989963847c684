"""The programs that a shell finds: each takes its arguments and what was piped into it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from posixpath import basename, dirname

from .refused import Refused
from .shell_state import HOST, Done, Session

Program = Callable[[Session, list[str], str], Done]

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
        raise Refused("missing operand")
    return names


def _texts(session: Session, names: list[str], given: str) -> dict[str, str]:
    """The files' texts by name, or what was piped in."""
    return {name: session.files.read(session.path(name)) for name in names} or {"": given}


def echo(session: Session, arguments: list[str], given: str) -> Done:
    if arguments[:1] == ["-n"]:
        return Done(" ".join(arguments[1:]))
    return Done(" ".join(arguments or [given.rstrip("\n")]) + "\n")


def pwd(session: Session, arguments: list[str], given: str) -> Done:
    return Done(session.files.shown(session.folder) + "\n")


def cd(session: Session, arguments: list[str], given: str) -> Done:
    goal = arguments[0] if arguments else session.files.home
    session.enter(session.variables.get("OLDPWD", "") if goal == "-" else goal)
    return Done()


def ls(session: Session, arguments: list[str], given: str) -> Done:
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
    return Done("".join(f"{line}\n" for line in lines))


def _listed(session: Session, path: str, name: str) -> str:
    folder = session.files.is_folder(path)
    size = 4096 if folder else len(session.files.read(path).encode())
    kind = "drwxr-xr-x 2" if folder else "-rw-r--r-- 1"
    return f"{kind} user user {size:>6} Aug 22 12:03 {name}"


def cat(session: Session, arguments: list[str], given: str) -> Done:
    return Done("".join(_texts(session, _flags(arguments)[1], given).values()))


def mkdir(session: Session, arguments: list[str], given: str) -> Done:
    flags, names = _flags(arguments)
    for name in _need(names):
        session.files.make_folder(session.path(name), parents="p" in flags)
    return Done()


def touch(session: Session, arguments: list[str], given: str) -> Done:
    for name in _need(_flags(arguments)[1]):
        if not session.files.exists(session.path(name)):
            session.files.write(session.path(name), "")
    return Done()


def rm(session: Session, arguments: list[str], given: str) -> Done:
    flags, names = _flags(arguments)
    for name in _need(names):
        path = session.path(name)
        if "f" in flags and not session.files.exists(path):
            continue
        if session.files.is_folder(path) and not flags & {"r", "R"}:
            raise Refused(f"cannot remove '{name}': Is a directory")
        session.files.remove(path)
    return Done()


def rmdir(session: Session, arguments: list[str], given: str) -> Done:
    for name in _need(arguments):
        if session.files.names(session.path(name)):
            raise Refused(f"failed to remove '{name}': Directory not empty")
        session.files.remove(session.path(name))
    return Done()


def cp(session: Session, arguments: list[str], given: str) -> Done:
    flags, names = _flags(arguments)
    *sources, target = _need(names, 2)
    for source in sources:
        path = session.path(source)
        if session.files.is_folder(path) and not flags & {"r", "R", "a"}:
            raise Refused(f"-r not specified; omitting directory '{source}'")
        session.files.copy(path, _landing(session, path, target))
    return Done()


def mv(session: Session, arguments: list[str], given: str) -> Done:
    *sources, target = _need(_flags(arguments)[1], 2)
    for source in sources:
        path = session.path(source)
        session.files.copy(path, _landing(session, path, target))
        session.files.remove(path)
    return Done()


def _landing(session: Session, source: str, target: str) -> str:
    path = session.path(target)
    return f"{path}/{basename(source)}" if session.files.is_folder(path) else path


def head(session: Session, arguments: list[str], given: str) -> Done:
    count, names = _line_count(arguments)
    return _excerpt(_texts(session, names, given), slice(count))


def tail(session: Session, arguments: list[str], given: str) -> Done:
    count, names = _line_count(arguments)
    return _excerpt(_texts(session, names, given), slice(-count if count else 10**9, None))


def _excerpt(texts: dict[str, str], wanted: slice) -> Done:
    return Done("".join("".join(t.splitlines(keepends=True)[wanted]) for t in texts.values()))


def _line_count(arguments: list[str]) -> tuple[int, list[str]]:
    """From `-n 3`, `-n3` or `-3`."""
    found = re.match(r"-(?:n ?)?(\d+)(?: |$)", " ".join(arguments))
    if not found:
        return DEFAULT_LINES, arguments
    return int(found[1]), arguments[2 if arguments[0] == "-n" else 1 :]


def wc(session: Session, arguments: list[str], given: str) -> Done:
    flags, names = _flags(arguments)
    lines: list[str] = []
    for name, text in _texts(session, names, given).items():
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
        wanted = [str(count) for flag, count in counts.items() if not flags or flag in flags]
        lines.append(" ".join([*wanted, name]).rstrip() + "\n")
    return Done("".join(lines))


def grep(session: Session, arguments: list[str], given: str) -> Done:
    flags, names = _flags(arguments)
    pattern, *names = _need(names)
    try:
        wanted = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    except re.error as problem:
        raise Refused(f"bad pattern: {problem}") from problem
    found = [
        (f"{name}:" if len(names) > 1 else "") + (f"{at}:" if "n" in flags else "") + line
        for name, text in _texts(session, names, given).items()
        for at, line in enumerate(text.splitlines(), 1)
        if bool(wanted.search(line)) != ("v" in flags)
    ]
    shown = [str(len(found))] if "c" in flags else found
    return Done("".join(f"{line}\n" for line in shown), exit_code=0 if found else 1)


def uname(session: Session, arguments: list[str], given: str) -> Done:
    system = "Windows_NT" if session.files.windows else "Linux"
    return Done(f"{system} {HOST} 6.8.0 x86_64\n" if "a" in _flags(arguments)[0] else f"{system}\n")


def env(session: Session, arguments: list[str], given: str) -> Done:
    return Done("".join(f"{n}={v}\n" for n, v in sorted(session.variables.items()) if n != "?"))


def export(session: Session, arguments: list[str], given: str) -> Done:
    session.variables |= dict(a.split("=", 1) for a in arguments if "=" in a)
    return Done()


def date(session: Session, arguments: list[str], given: str) -> Done:
    style = next((a[1:] for a in arguments if a.startswith("+")), "%a %b %d %H:%M:%S %Z %Y")
    return Done(NOW.strftime(style) + "\n")


def clear(session: Session, arguments: list[str], given: str) -> Done:
    session.transcript = ""
    return Done()


def leave(session: Session, arguments: list[str], given: str) -> Done:
    session.ended = True
    return Done(exit_code=int(arguments[0]) if arguments and arguments[0].isdigit() else 0)


def _says(text: str, exit_code: int = 0) -> Program:
    return lambda _session, _arguments, _given: Done(text, exit_code=exit_code)


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
    "basename": lambda _session, arguments, _given: Done(basename(_need(arguments)[0]) + "\n"),
    "dirname": lambda _session, arguments, _given: Done(
        (dirname(_need(arguments)[0]) or ".") + "\n"
    ),
    "whoami": _says("user\n"),
    "hostname": _says(f"{HOST}\n"),
    "date": date,
    "uptime": _says(UPTIME),
    "sleep": _says(""),
    "clear": clear,
    "true": _says(""),
    "false": _says("", 1),
    "get-location": pwd,
    "get-childitem": ls,
    "get-content": cat,
    "set-location": cd,
    "write-output": echo,
}
