"""The programs that a shell finds, by name."""

from posixpath import basename, dirname

from ..session import HOST, ProgramResult
from . import files, system, text
from .arguments import Program, require_operands

__all__ = ["PROGRAMS"]

PROGRAMS: dict[str, Program] = {
    "echo": text.echo,
    "pwd": files.pwd,
    "cd": files.cd,
    "ls": files.ls,
    "cat": text.cat,
    "mkdir": files.mkdir,
    "touch": files.touch,
    "rm": files.rm,
    "rmdir": files.rmdir,
    "cp": files.cp,
    "mv": files.mv,
    "head": text.head,
    "tail": text.tail,
    "wc": text.wc,
    "grep": text.grep,
    "uname": system.uname,
    "env": system.env,
    "export": system.export,
    "exit": system.exit_shell,
    "basename": lambda _session, arguments, _stdin: ProgramResult(
        basename(require_operands(arguments)[0]) + "\n"
    ),
    "dirname": lambda _session, arguments, _stdin: ProgramResult(
        (dirname(require_operands(arguments)[0]) or ".") + "\n"
    ),
    "whoami": system.printing("user\n"),
    "hostname": system.printing(f"{HOST}\n"),
    "date": system.date,
    "uptime": system.uptime,
    "sleep": system.sleep,
    "clear": system.clear,
    "true": system.printing(""),
    "false": system.printing("", 1),
    "get-location": files.pwd,
    "get-childitem": files.ls,
    "get-content": text.cat,
    "set-location": files.cd,
    "write-output": text.echo,
}
