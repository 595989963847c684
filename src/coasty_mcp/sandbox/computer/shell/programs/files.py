"""Programs that change the file system."""

from posixpath import basename

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession
from .arguments import require_operands, split_flags


def mkdir(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    for name in require_operands(names):
        session.files.make_folder(session.path(name), parents="p" in flags)
    return ProgramResult()


def touch(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    for name in require_operands(split_flags(arguments)[1]):
        if not session.files.exists(session.path(name)):
            session.files.write(session.path(name), "")
    return ProgramResult()


def rm(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    for name in require_operands(names):
        path = session.path(name)
        if "f" in flags and not session.files.exists(path):
            continue
        if session.files.is_folder(path) and not flags & {"r", "R"}:
            raise CommandError(f"cannot remove '{name}': Is a directory")
        session.files.remove(path)
    return ProgramResult()


def rmdir(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    for name in require_operands(arguments):
        if session.files.names(session.path(name)):
            raise CommandError(f"failed to remove '{name}': Directory not empty")
        session.files.remove(session.path(name))
    return ProgramResult()


def cp(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    *sources, target = require_operands(names, 2)
    for source in sources:
        path = session.path(source)
        if session.files.is_folder(path) and not flags & {"r", "R", "a"}:
            raise CommandError(f"-r not specified; omitting directory '{source}'")
        session.files.copy(path, _destination(session, path, target))
    return ProgramResult()


def mv(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Move files; -n keeps what exists, -T takes the target for no folder to move into."""
    flags, names = split_flags(arguments)
    *sources, target = require_operands(names, 2)
    for source in sources:
        path = session.path(source)
        there = session.path(target) if "T" in flags else _destination(session, path, target)
        if session.files.is_folder(there) and not session.files.is_folder(path):
            raise CommandError(f"cannot overwrite directory '{target}' with non-directory")
        if "n" in flags and session.files.exists(there):
            continue
        session.files.copy(path, there)
        session.files.remove(path)
    return ProgramResult()


def _destination(session: ShellSession, source: str, target: str) -> str:
    path = session.path(target)
    return f"{path}/{basename(source)}" if session.files.is_folder(path) else path
