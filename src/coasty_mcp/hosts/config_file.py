"""A host's configuration file: read as it is, backed up, and replaced in one step."""

import shutil
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from stat import S_IWRITE

from .host import HostConfigError, InvalidDocument

_BOM = "\ufeff"


@dataclass(frozen=True)
class Document:
    """The text of a file with \\n for line ends, and what it takes to write it back as it was."""

    text: str = ""
    bom: bool = False
    crlf: bool = False

    @classmethod
    def read(cls, file: Path) -> "Document":
        """Read a file; raises `InvalidDocument` where it is not UTF-8, and OSError."""
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise InvalidDocument("it is not UTF-8") from error
        bom, text = text.startswith(_BOM), text.removeprefix(_BOM)
        plain = text.replace("\r\n", "\n")
        crlf = 0 < text.count("\r\n") == plain.count("\n")
        return cls(plain if crlf else text, bom, crlf)

    def encode(self) -> bytes:
        text = self.text.replace("\n", "\r\n") if self.crlf else self.text
        return ((_BOM if self.bom else "") + text).encode()


@dataclass(frozen=True)
class FileChange:
    """A new document for a file, which may not exist yet."""

    file: Path
    before: Document
    after: Document

    @property
    def is_empty(self) -> bool:
        return self.before == self.after

    def diff(self) -> str:
        """Return a unified diff, in which every line ends with a line feed."""
        before, after = (one.text.splitlines(keepends=True) for one in (self.before, self.after))
        lines = unified_diff(before, after, str(self.file), str(self.file))
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

    def write(self) -> Path | None:
        """Write the file, and return its backup if there was a file before.

        Raises:
            HostConfigError: The file cannot be written; it is as it was.
        """
        file = self.file.resolve()  # the file itself, where a link points to it
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            backup = _back_up(file) if file.exists() else None
            _replace(file, self.after.encode())
        except OSError as error:
            raise HostConfigError(f"{file} cannot be written: {error.strerror}.") from error
        return backup


def read_document(file: Path) -> Document:
    """Return the document in a file, or an empty one if there is no file."""
    try:
        return Document.read(file) if file.exists() else Document()
    except OSError as error:
        raise HostConfigError(f"{file} cannot be read: {error.strerror}.") from error


def _back_up(file: Path) -> Path:
    if not file.stat().st_mode & S_IWRITE:
        raise HostConfigError(f"{file} is read-only. Make it writable, then try again.")
    first = file.with_name(f"{file.name}.coasty-backup")
    backup, number = first, 1
    while backup.exists():
        number += 1
        backup = first.with_name(f"{first.name}-{number}")
    return Path(shutil.copy2(file, backup))


def _replace(file: Path, content: bytes) -> None:
    """Write all of it or nothing, with the permissions of the old file."""
    temporary = file.with_name(f".{file.name}.coasty-new")
    try:
        temporary.touch()
        if file.exists():
            shutil.copymode(file, temporary)
        temporary.write_bytes(content)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
