"""The machine's files by absolute path, in memory.

A file is kept as text; bytes that are no UTF-8 stand in it as lone surrogates, as Python's
`surrogateescape` has it, so that any file keeps its bytes.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from posixpath import basename, dirname, normpath

from .clock import MachineClock
from .command_error import CommandError
from .drawing.theme import OsType
from .hardware import SMALLEST, Hardware

HOMES: dict[OsType, str] = {"linux": "/home/user", "windows": "/C:/Users/user"}
MAX_PATH = 4096
MAX_FILE_LENGTH = 30_000_000
"""Room for 20 MB in base64."""

WELCOME = """Welcome to the sandbox.

This machine is simulated: nothing here leaves the process that draws it.
Files, the terminal and the text editor share one state.
"""
ETC = {
    "/etc/hostname": "sandbox\n",
    "/etc/os-release": 'PRETTY_NAME="Coasty sandbox (simulated Linux)"\nNAME="Linux"\nID=linux\n',
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000:user:/home/user:/bin/bash\n",
}
REPORT = "month,orders,revenue\nJune,118,9440\nJuly,131,10480\nAugust,127,10160\n"


def data_of(text: str) -> bytes:
    """Return the bytes that a file's text stands for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # surrogates that stand for no byte
        return text.encode("utf-8", "replace")


def text_of(data: bytes) -> str:
    """Return bytes as a file keeps them."""
    return data.decode("utf-8", "surrogateescape")


def readable(text: str) -> str:
    """Return a file's text as a program shows it, with U+FFFD for what is no UTF-8."""
    return text if text.isascii() else data_of(text).decode("utf-8", "replace")


class FileSystem:
    """The files of a machine. Paths are POSIX inside; Windows shows them as `C:\\Users\\user`.

    Its methods raise CommandError, with the message that a shell would print.
    """

    def __init__(
        self,
        os_type: OsType = "linux",
        clock: MachineClock | None = None,
        hardware: Hardware = SMALLEST,
    ) -> None:
        self.clock = clock or MachineClock()
        self.hardware = hardware
        self.modified: dict[str, datetime] = {}
        self.windows = os_type == "windows"
        self.home = HOMES[os_type]
        self._entries: dict[str, str | None] = {"/": None}  # a folder holds None
        self.modified["/"] = self.clock.now()
        for folder in ("Documents", "Downloads", "Desktop"):
            self.make_folder(f"{self.home}/{folder}", parents=True)
        self.make_folder("/tmp", parents=True)  # noqa: S108 - a folder of the simulated machine
        etc: Mapping[str, str] = {} if self.windows else ETC
        for path, text in etc.items():
            self.make_folder(dirname(path), parents=True)
            self.write(path, text)
        self.write(f"{self.home}/Documents/welcome.txt", WELCOME)
        self.write(f"{self.home}/Downloads/report.csv", REPORT)

    def resolve(self, path: str, folder: str = "") -> str:
        """Return the absolute path, seen from a folder (the home folder when none is given)."""
        if self.windows:
            path = re.sub(r"^([A-Za-z]:)", r"/\1", path.replace("\\", "/"))
        path = re.sub(r"^(~|\$HOME|%USERPROFILE%)(?=/|$)", lambda _: self.home, path)
        if len(path) > MAX_PATH:
            raise CommandError(f"{path[:40]}…: File name too long")
        whole = normpath(f"{folder or self.home}/{path}" if not path.startswith("/") else path)
        return "/" + whole.lstrip("/")

    def shown(self, path: str) -> str:
        if self.windows and ":" in path:
            return path.lstrip("/").replace("/", "\\")
        return path

    def exists(self, path: str) -> bool:
        return path in self._entries

    def is_folder(self, path: str) -> bool:
        return path in self._entries and self._entries[path] is None

    def must_exist(self, path: str) -> None:
        if not self.exists(path):
            raise self._error(path, "No such file or directory")

    def read(self, path: str) -> str:
        self.must_exist(path)
        text = self._entries[path]
        if text is None:
            raise self._error(path, "Is a directory")
        return text

    def data(self, path: str) -> bytes:
        return data_of(self.read(path))

    def size(self, path: str) -> int:
        """Return the size in bytes."""
        return len(self.data(path))

    def write(self, path: str, text: str) -> None:
        if self.is_folder(path):
            raise self._error(path, "Is a directory")
        if not self.is_folder(dirname(path)):
            raise self._error(path, "No such file or directory")
        if len(text) > MAX_FILE_LENGTH:
            raise self._error(path, "File too large")
        self._entries[path] = text
        self.modified[path] = self.clock.now()

    def make_folder(self, path: str, *, parents: bool = False) -> None:
        if parents and self.is_folder(path):
            return
        if self.exists(path):
            raise self._error(path, "File exists")
        if parents:
            missing = self._missing_parents(path)
            for parent in reversed(missing):
                self.make_folder(parent)
        if not self.is_folder(dirname(path)):
            raise self._error(path, "No such file or directory")
        self._entries[path] = None
        self.modified[path] = self.clock.now()

    def _missing_parents(self, path: str) -> list[str]:
        """Return the folders above a path that do not exist, the lowest first."""
        missing = list[str]()
        while not self.exists(path := dirname(path)):
            missing.append(path)
        return missing

    def names(self, folder: str) -> list[str]:
        """Return the sorted names of what is directly in a folder."""
        if not self.exists(folder):
            raise self._error(folder, "No such file or directory")
        if not self.is_folder(folder):
            raise self._error(folder, "Not a directory")
        return sorted(basename(p) for p in self._entries if dirname(p) == folder and p != "/")

    def tree(self, path: str) -> list[str]:
        """Return a path and everything below it."""
        return [p for p in self._entries if p == path or p.startswith(path.rstrip("/") + "/")]

    def remove(self, path: str) -> None:
        if not self.exists(path):
            raise self._error(path, "No such file or directory")
        if path == "/" or self.home.startswith(path):
            raise self._error(path, "Permission denied")
        for inside in self.tree(path):
            del self._entries[inside]

    def copy(self, source: str, target: str) -> None:
        """Copy a file, or a folder with all that is in it."""
        if not self.exists(source):
            raise self._error(source, "No such file or directory")
        if target == source or target.startswith(f"{source}/"):
            raise self._error(target, "Cannot copy onto or into itself")
        for inside in self.tree(source):
            there = target + inside.removeprefix(source)
            if self.is_folder(inside):
                self.make_folder(there, parents=True)
            else:
                self.write(there, self.read(inside))

    def _error(self, path: str, what: str) -> CommandError:
        return CommandError(f"{self.shown(path)}: {what}")
