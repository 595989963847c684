"""The commands that move files on a machine, for bash and for PowerShell."""

import ntpath
import posixpath
import re
import shlex
from typing import Protocol

from ..api.errors import InvalidRequest

POWERSHELL_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
"""The characters that end a text in single quotes; doubled, they stand for themselves."""


def quoted_name(path: str, *, windows: bool) -> str:
    """Return a path as one word of bash or of PowerShell, whatever is in it."""
    if "\0" in path:
        raise InvalidRequest("No path has a NUL character in it.")
    if windows:
        return "'" + POWERSHELL_QUOTES.sub(r"\1\1", path) + "'"
    if path == "~" or path.startswith("~/"):
        return f'"$HOME"{shlex.quote(path[1:])}'
    return shlex.quote(path)


class RemoteShell(Protocol):
    """Command lines for files with any name."""

    def split(self, path: str) -> tuple[str, str]:
        """Return the folder and the name of a path."""
        ...

    def join(self, folder: str, name: str) -> str:
        """Return the path of what is in a folder."""
        ...

    def look(self, folder: str, path: str) -> str:
        """Print whether the folder exists, whether the path does, and the absolute folder."""
        ...

    def measure(self, path: str) -> str:
        """Print size, SHA-256 and absolute path of a file."""
        ...

    def decode(self, base64: str, file: str) -> str:
        """Decode a file of base64 into another, and print the SHA-256 of that."""
        ...

    def place(self, file: str, path: str, *, overwrite: bool) -> str:
        """Rename a file at once, and print the SHA-256 of what is at the path then."""
        ...

    def cut(self, path: str, number: int, size: int, last: int, file: str) -> str:
        """Write a block of a file into another; `last` is the size of the last block."""
        ...

    def remove(self, *paths: str) -> str:
        """Remove files, those that are not there as well."""
        ...


class Bash:
    """Command lines for Linux."""

    def split(self, path: str) -> tuple[str, str]:
        folder, name = posixpath.split(path)
        return folder or ".", name

    def join(self, folder: str, name: str) -> str:
        return posixpath.join(folder, name)

    def look(self, folder: str, path: str) -> str:
        there = f"[ -d {_bash(folder)} ] && echo True || echo False"
        exists = f"[ -e {_bash(path)} ] && echo True || echo False"
        return f"{there}; {exists}; realpath -e -- {_bash(folder)}"

    def measure(self, path: str) -> str:
        name = _bash(path)
        return f"stat -c %s -- {name} && sha256sum < {name} && realpath -- {name}"

    def decode(self, base64: str, file: str) -> str:
        return f"base64 -d < {_bash(base64)} > {_bash(file)} && sha256sum < {_bash(file)}"

    def place(self, file: str, path: str, *, overwrite: bool) -> str:
        return (
            f"mv -{'f' if overwrite else 'n'}T -- {_bash(file)} {_bash(path)}; "
            f"sha256sum < {_bash(path)}"
        )

    def cut(self, path: str, number: int, size: int, last: int, file: str) -> str:
        return f"dd if={_bash(path)} of={_bash(file)} bs={size} skip={number} count=1 status=none"

    def remove(self, *paths: str) -> str:
        return f"rm -f -- {' '.join(map(_bash, paths))}"


class PowerShell:
    """Command lines for Windows. .NET takes paths literally, and needs them absolute."""

    def split(self, path: str) -> tuple[str, str]:
        folder, name = ntpath.split(path)
        return folder or ".", name

    def join(self, folder: str, name: str) -> str:
        return ntpath.join(folder, name)

    def look(self, folder: str, path: str) -> str:
        exist = [f"Test-Path -LiteralPath {_ps(each)}" for each in (folder, path)]
        return f"{'; '.join(exist)}; Convert-Path -LiteralPath {_ps(folder)}"

    def measure(self, path: str) -> str:
        name = _ps(path)
        return (
            f"Get-Item -Force -LiteralPath {name} | Select-Object -ExpandProperty Length; "
            f"{_digest(path)}; Convert-Path -LiteralPath {name}"
        )

    def decode(self, base64: str, file: str) -> str:
        text = f"[IO.File]::ReadAllText({_ps(base64)})"
        return f"{_write(file, f'[Convert]::FromBase64String({text})')}; {_digest(file)}"

    def place(self, file: str, path: str, *, overwrite: bool) -> str:
        names = f"{_ps(file)}, {_ps(path)}"
        moved = f"Replace({names}, [NullString]::Value)" if overwrite else f"Move({names})"
        return f"[IO.File]::{moved}; {_digest(path)}"

    def cut(self, path: str, number: int, size: int, last: int, file: str) -> str:
        whole = f"[IO.File]::ReadAllBytes({_ps(path)})"
        block = f"[Convert]::ToBase64String({whole}, {number * size}, {last})"
        return _write(file, f"[Convert]::FromBase64String({block})")

    def remove(self, *paths: str) -> str:
        return "; ".join(f"[IO.File]::Delete({_ps(path)})" for path in paths)


def _bash(path: str) -> str:
    return quoted_name(path, windows=False)


def _ps(path: str) -> str:
    return quoted_name(path, windows=True)


def _digest(path: str) -> str:
    file_hash = f"Get-FileHash -Algorithm SHA256 -LiteralPath {_ps(path)}"
    return f"{file_hash} | Select-Object -ExpandProperty Hash"


def _write(file: str, data: str) -> str:
    return f"[IO.File]::WriteAllBytes({_ps(file)}, {data})"
