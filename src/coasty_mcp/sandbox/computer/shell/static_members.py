"""The static members of .NET that the simulated PowerShell has: files, bytes and base64."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable

from ..command_error import CommandError
from ..file_system import FileSystem, text_of

Value = str | int | bytes | None


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
