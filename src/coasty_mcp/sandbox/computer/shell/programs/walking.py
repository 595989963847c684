"""Programs that walk the file system and list it: `cd`, `pwd` and `ls`."""

from ..session import ProgramResult, ShellSession
from .arguments import split_flags


def pwd(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult(session.files.shown(session.folder) + "\n")


def cd(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    goal = arguments[0] if arguments else session.files.home
    session.enter(session.variables.get("OLDPWD", "") if goal == "-" else goal)
    return ProgramResult()


def ls(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    lines: list[str] = []
    for name in names or ["."]:
        path = session.path(name)
        folder = session.files.is_folder(path)
        found = session.files.names(path) if folder or not session.files.exists(path) else [name]
        lines += [f"{name}:"] * (len(names) > 1 and folder)
        for each in found if flags & {"a", "A"} else [f for f in found if not f.startswith(".")]:
            inside = path if each == name else f"{path}/{each}"
            lines.append(_long_line(session, inside, each) if "l" in flags else each)
    return ProgramResult("".join(f"{line}\n" for line in lines))


def _long_line(session: ShellSession, path: str, name: str) -> str:
    folder = session.files.is_folder(path)
    size = 4096 if folder else session.files.size(path)
    kind = "drwxr-xr-x 2" if folder else "-rw-r--r-- 1"
    return f"{kind} user user {size:>6} {session.files.modified[path]:%b %d %H:%M} {name}"
