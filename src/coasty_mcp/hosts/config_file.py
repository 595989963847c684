"""A host's configuration file: read as it is, backed up, and replaced in one step.

Only regular files are touched, or links to one. What holds a key is readable by its owner alone.
"""

import os
import re
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import unified_diff
from itertools import chain, count, takewhile
from pathlib import Path
from stat import S_IMODE, S_ISREG, S_IWRITE
from tempfile import mkstemp

from ..api.files import read_regular
from .errors import HostConfigError, InvalidDocument, shown

LARGEST_FILE = 32 * 2**20
"""Bytes; Claude Code keeps some MB of history in its file."""
_BOM = "\ufeff"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OWNER_ONLY = 0o700


@dataclass(frozen=True)
class Document:
    """The text of a file with \\n for line ends, and what it takes to write it back as it was."""

    text: str = ""
    bom: bool = False
    crlf: bool = False

    @classmethod
    def decode(cls, content: bytes) -> "Document":
        """Return the document in a file's bytes; raises `InvalidDocument` if they are not UTF-8."""
        try:
            text = content.decode()
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
    """A new document for a file; None where there is, or shall be, no file."""

    file: Path
    before: Document | None
    after: Document | None

    @property
    def is_empty(self) -> bool:
        return self.before == self.after

    def reverted(self) -> "FileChange":
        """Return the change back to the document that was there before."""
        return FileChange(self.file, self.after, self.before)

    def diff(self) -> str:
        """Return a unified diff, in which every line ends with a line feed."""
        documents = (self.before or Document(), self.after or Document())
        before, after = (document.text.splitlines() for document in documents)
        name = shown(self.file)
        lines = unified_diff(before, after, name, name, lineterm="")
        return "".join(f"{line}\n" for line in lines)

    def write(self, *, private: bool, backup: bool = True) -> Path | None:
        """Write or remove the file, and return its backup if one was made.

        A `private` file loses what others may do with it. Mode and owner stay otherwise.

        Raises:
            HostConfigError: The file cannot be written; it is as it was.
        """
        file = Path(os.path.realpath(self.file))  # the file itself, where a link points to it
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if read_file(file) != (self.before and self.before.encode()):
                raise HostConfigError(f"{shown(file)} has just been changed. Try again.")
            return self._write(file, private=private, backup=backup)
        except OSError as error:
            raise _refusal(file, "written", error) from error

    def _write(self, file: Path, *, private: bool, backup: bool) -> Path | None:
        old = file.stat() if self.before else None
        if old and not old.st_mode & S_IWRITE:
            raise HostConfigError(f"{shown(file)} is read-only. Make it writable, then try again.")
        copy = _back_up(file, self.before, old) if self.before and old and backup else None
        if self.after:
            _replace(file, self.after, old, private=private)
        else:
            file.unlink()
        return copy


def read_file(file: Path) -> bytes | None:
    """Return the content of a regular file or a link to one, or None if nothing is there.

    Raises:
        HostConfigError: Something else is there, such as a device or a FIFO, which is not opened;
            or it is too large, or cannot be read.
    """
    try:
        if not S_ISREG(file.stat().st_mode):  # to open a device may do something
            raise HostConfigError(f"{shown(file)} is not a regular file.")
        return read_regular(file, LARGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refusal(file, "read", error) from error


def read_document(file: Path) -> Document | None:
    """Return the document in a file, or None if there is no file.

    Raises:
        HostConfigError: As `read_file` does.
        InvalidDocument: It is not UTF-8.
    """
    content = read_file(file)
    return None if content is None else Document.decode(content)


def backups(file: Path) -> list[Path]:
    """Return the backups that `FileChange.write` has left beside a file."""
    file = Path(os.path.realpath(file))
    name = re.compile(rf"{re.escape(file.name)}\.coasty-backup(-\d+)?")
    try:
        return sorted(each for each in file.parent.iterdir() if name.fullmatch(each.name))
    except OSError:
        return []


def remove_file(file: Path) -> None:
    """Remove a file or a link; raises `HostConfigError`."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _refusal(file, "removed", error) from error


def remove_empty_folders(file: Path, kept: Collection[Path]) -> None:
    """Remove the folders above a file that hold nothing, up to one that is kept."""
    with suppress(OSError):  # the first that holds something
        for folder in takewhile(lambda each: each not in kept, file.parents):
            folder.rmdir()


def _back_up(file: Path, document: Document, old: os.stat_result) -> Path:
    """Write a backup, which nobody else may read whatever is in the file."""
    numbered = (f"{file.name}.coasty-backup-{number}" for number in count(2))
    names = chain([f"{file.name}.coasty-backup"], numbered)
    while True:
        backup = file.with_name(next(names))
        try:
            descriptor = os.open(backup, _NEW, 0o600)
        except FileExistsError:
            continue
        with _removed_on_failure(backup):
            _fill(descriptor, document, old)
        return backup


def _replace(file: Path, document: Document, old: os.stat_result | None, *, private: bool) -> None:
    """Write all of it or nothing, with the mode and the owner of the old file."""
    descriptor, name = mkstemp(prefix=f".{file.name}.", dir=file.parent)
    temporary = Path(name)
    with _removed_on_failure(temporary):
        _fill(descriptor, document, old)
        if old:
            mode = S_IMODE(old.st_mode)
            temporary.chmod(mode & _OWNER_ONLY if private else mode)
        temporary.replace(file)


def _fill(descriptor: int, document: Document, old: os.stat_result | None) -> None:
    """Write a new file, which belongs to the owner of the old one."""
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(document.encode())
        new = os.fstat(descriptor)
        if old and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.fchown(descriptor, old.st_uid, old.st_gid)


@contextmanager
def _removed_on_failure(file: Path) -> Generator[None]:
    try:
        yield
    except OSError:
        file.unlink()
        raise


def _refusal(file: Path, verb: str, error: OSError) -> HostConfigError:
    return HostConfigError(f"{shown(file)} cannot be {verb}: {error.strerror}.")
