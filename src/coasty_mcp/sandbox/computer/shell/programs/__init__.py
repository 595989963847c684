"""The programs that a shell finds, by name."""

from posixpath import basename, dirname

from ..session import HOST, ProgramResult, ShellSession
from . import (
    binary,
    characters,
    conditions,
    control,
    counting,
    files,
    lines,
    paths,
    printing,
    resources,
    searching,
    system,
    text,
    walking,
)
from .arguments import Program, require_operands

__all__ = ["PROGRAMS"]

BUILT_IN = (
    ":",
    "break",
    "cd",
    "continue",
    "echo",
    "exit",
    "export",
    "printf",
    "pwd",
    "read",
    "test",
    "type",
    "[",
)


def _which(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    there = [name for name in arguments if name in PROGRAMS]
    lacking = [
        f"which: no {name}: the sandbox does not have it\n"
        for name in arguments
        if name not in PROGRAMS
    ]
    paths = "".join(f"/usr/bin/{name}\n" for name in there)
    return ProgramResult(paths, "".join(lacking), int(bool(lacking) or not arguments))


def _type(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    there = [name for name in arguments if name in PROGRAMS]
    kinds = (f"{n} is {'a shell builtin' if n in BUILT_IN else f'/usr/bin/{n}'}\n" for n in there)
    missing = [f"type: {name}: not found\n" for name in arguments if name not in PROGRAMS]
    return ProgramResult("".join(kinds), "".join(missing), int(bool(missing)))


def _command(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Say where a program is, for `command -v`, or run it."""
    if arguments[:1] == ["-v"]:
        return _which(session, arguments[1:], stdin)
    name, *rest = require_operands(arguments)
    if name not in PROGRAMS:
        return ProgramResult(errors=f"{name}: not found\n", exit_code=127)
    return PROGRAMS[name](session, rest, stdin)


PROGRAMS: dict[str, Program] = {
    ":": system.printing(""),
    "[": conditions.bracket,
    "base64": binary.base64,
    "basename": lambda _session, arguments, _stdin: ProgramResult(
        basename(require_operands(arguments)[0]) + "\n"
    ),
    "break": control.leave,
    "cat": text.cat,
    "cd": walking.cd,
    "clear": system.clear,
    "command": _command,
    "continue": control.go_on,
    "cp": files.cp,
    "cut": lines.cut,
    "date": system.date,
    "dd": binary.dd,
    "df": resources.df,
    "dirname": lambda _session, arguments, _stdin: ProgramResult(
        (dirname(require_operands(arguments)[0]) or ".") + "\n"
    ),
    "echo": text.echo,
    "env": system.env,
    "exit": system.exit_shell,
    "export": system.export,
    "false": system.printing("", 1),
    "find": searching.find,
    "free": resources.free,
    "grep": searching.grep,
    "head": text.head,
    "hostname": system.printing(f"{HOST}\n"),
    "id": system.printing("uid=1000(user) gid=1000(user) groups=1000(user)\n"),
    "ls": walking.ls,
    "mkdir": files.mkdir,
    "mv": files.mv,
    "nproc": resources.nproc,
    "printf": printing.printf,
    "pwd": walking.pwd,
    "read": control.read,
    "realpath": paths.realpath,
    "rm": files.rm,
    "rmdir": files.rmdir,
    "sed": searching.sed,
    "seq": counting.seq,
    "sha256sum": binary.sha256sum,
    "sleep": system.sleep,
    "sort": lines.sort,
    "stat": paths.stat,
    "tail": text.tail,
    "tee": text.tee,
    "test": conditions.test,
    "touch": files.touch,
    "tr": characters.tr,
    "true": system.printing(""),
    "type": _type,
    "uname": system.uname,
    "uniq": lines.uniq,
    "uptime": system.uptime,
    "wc": text.wc,
    "which": _which,
    "whoami": system.printing("user\n"),
}
