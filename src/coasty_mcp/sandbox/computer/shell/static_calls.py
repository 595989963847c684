"""Static calls of .NET in the simulated PowerShell: `[IO.File]::Move('a', 'b')`, nested as well."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass

from ..command_error import CommandError
from ..file_system import FileSystem, text_of

Value = str | int | bytes | None
MEMBER = re.compile(r"\[([A-Za-z.]+)\]::([A-Za-z0-9]+)(\(\s*)?")
QUOTES = "'\u2018\u2019\u201a\u201b"
"""The characters that PowerShell takes for a single quote."""
TEXT = re.compile(rf"[{QUOTES}]((?:[^{QUOTES}]|[{QUOTES}]{{2}})*)[{QUOTES}]")
NUMBER = re.compile(r"\d{1,15}")
COMMA = re.compile(r"\s*,\s*")
CLOSED = re.compile(r"\s*\)")
MAX_DEPTH = 8


@dataclass(frozen=True)
class StaticCall:
    """A call or a property, not evaluated yet."""

    type: str
    member: str
    arguments: tuple["StaticCall | str | int", ...] = ()

    def value(self, files: FileSystem) -> Value:
        """Return what it gives.

        Raises:
            CommandError: it fails, or the sandbox does not have it.
        """
        if (self.type, self.member) == ("nullstring", "value"):
            return None
        member = MEMBERS.get((self.type, self.member, len(self.arguments)))
        if member is None:
            known = ", ".join(sorted({f"[{kind}]::{name}" for kind, name, _ in MEMBERS}))
            raise CommandError(
                f"the sandbox's PowerShell does not have [{self.type}]::{self.member} with "
                f"{len(self.arguments)} arguments; it has: {known}."
            )
        given = [
            each.value(files) if isinstance(each, StaticCall) else each for each in self.arguments
        ]
        try:
            return member(files, *given)
        except (CommandError, AttributeError, TypeError, ValueError) as error:
            raise CommandError(
                f'Exception calling "{self.member}" with "{len(given)}" argument(s): "{error}"'
            ) from error


def unquoted(text: str) -> str:
    """Return what stands in single quotes, any of which are doubled in it."""
    return re.sub(f"[{QUOTES}]([{QUOTES}])", r"\1", text)


def parse(line: str, at: int, depth: int = 0) -> tuple[StaticCall, int] | None:
    """Return the call that begins there, and where it ends; None where none does."""
    found = MEMBER.match(line, at)
    if not found or depth > MAX_DEPTH:
        return None
    kind, member = found[1].lower().removeprefix("system."), found[2].lower()
    if found[3] is None:
        return StaticCall(kind, member), found.end()
    arguments, at = list[StaticCall | str | int](), found.end()
    while not (closed := CLOSED.match(line, at)):
        comma = COMMA.match(line, at)
        if bool(arguments) != bool(comma):
            return None
        argument = _argument(line, comma.end() if comma else at, depth)
        if argument is None:
            return None
        arguments.append(argument[0])
        at = argument[1]
    return StaticCall(kind, member, tuple(arguments)), closed.end()


def _argument(line: str, at: int, depth: int) -> tuple[StaticCall | str | int, int] | None:
    if text := TEXT.match(line, at):
        return unquoted(text[1]), text.end()
    if number := NUMBER.match(line, at):
        return int(number[0]), number.end()
    return parse(line, at, depth + 1)


def _move(files: FileSystem, source: str, target: str) -> None:
    if files.exists(files.resolve(target)):
        raise CommandError("Cannot create a file when that file already exists.")
    _replace(files, source, target)


def _replace(files: FileSystem, source: str, target: str, backup: None = None) -> None:
    files.copy(files.resolve(source), files.resolve(target))
    files.remove(files.resolve(source))


def _delete(files: FileSystem, path: str) -> None:
    if files.exists(files.resolve(path)):
        files.remove(files.resolve(path))


def _from_base64(_: FileSystem, text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except NotBase64 as error:
        raise CommandError("The input is not a valid Base-64 string.") from error


def _part_as_base64(_: FileSystem, data: bytes, offset: int, length: int) -> str:
    if offset + length > len(data):
        raise CommandError("Offset and length must refer to a position in the array.")
    return b64encode(data[offset : offset + length]).decode()


def _read_text(files: FileSystem, path: str) -> str:
    return files.read(files.resolve(path))


def _read_bytes(files: FileSystem, path: str) -> bytes:
    return files.data(files.resolve(path))


def _write_bytes(files: FileSystem, path: str, data: bytes) -> None:
    files.write(files.resolve(path), text_of(data))


def _as_base64(_: FileSystem, data: bytes) -> str:
    return b64encode(data).decode()


MEMBERS: dict[tuple[str, str, int], Callable[..., Value]] = {
    ("io.file", "move", 2): _move,
    ("io.file", "replace", 3): _replace,
    ("io.file", "delete", 1): _delete,
    ("io.file", "readalltext", 1): _read_text,
    ("io.file", "readallbytes", 1): _read_bytes,
    ("io.file", "writeallbytes", 2): _write_bytes,
    ("convert", "frombase64string", 1): _from_base64,
    ("convert", "tobase64string", 1): _as_base64,
    ("convert", "tobase64string", 3): _part_as_base64,
}


def shown(value: Value) -> list[str]:
    """Return the lines that PowerShell puts out for a value."""
    match value:
        case None:
            return []
        case bytes():
            return [str(byte) for byte in value[:2000]]
        case _:
            return [str(value)]
