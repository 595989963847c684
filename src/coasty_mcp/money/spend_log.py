"""What is to be known after a restart: lines that several servers may add to one file."""

import errno
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from ..api.files import open_regular

Line = dict[str, Any]

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
LARGEST = 256_000_000
"""Bytes: two million lines, which take ten seconds to read."""
CHECKED = 256
"""Bytes before the place of reading, by which a file is known to be the same as before."""


class SpendLog:
    """A file of JSON lines. Lines are only ever added, each in one write, so nothing is locked."""

    def __init__(self, folder: Path, key: str, about: str = "") -> None:
        """Use one file for each key, which it does not name, and for what its lines are about.

        Raises:
            OSError: The file cannot be written or read.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file = folder / f"coasty-{sha256(key.encode()).hexdigest()[:16]}{about}.jsonl"
        self._writer = uuid4().hex[:12]
        self._read, self._last = 0, b""
        self.add()
        os.close(self._open(os.O_RDONLY))

    def add(self, *lines: Line) -> None:
        """Add lines.

        Raises:
            OSError: They cannot be written, or not whole.
        """
        marked = [{"by": self._writer, **line} for line in lines]
        text = "".join(f"\n{json.dumps(line)}\n" for line in marked)  # a torn line harms no other
        descriptor = self._open(os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            if os.write(descriptor, text.encode()) < len(text):
                raise OSError(None, "the disk is full")
        finally:
            os.close(descriptor)

    def news(self, *, own: bool = False) -> list[Line]:
        """Return the lines that others added since the last call, and our `own` where wanted.

        A file that was emptied, cut or replaced meanwhile is read from its beginning.

        Raises:
            OSError: The file cannot be read.
        """
        with os.fdopen(self._open(os.O_RDONLY), "rb") as file:
            last, _ = self._last, file.seek(self._read - len(self._last))
            if file.read(len(last)) != last:
                self._read, last = file.seek(0), b""
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        self._last = (last + whole)[-CHECKED:]
        lines = (_line(each) for each in whole.splitlines())
        return [line for line in lines if line and (own or line.get("by") != self._writer)]

    def _open(self, flags: int) -> int:
        descriptor = open_regular(self.file, flags | NO_LINK)
        if os.fstat(descriptor).st_size > LARGEST:
            os.close(descriptor)
            raise OSError(errno.EFBIG, f"{self.file.name} has more than {LARGEST:,} bytes")
        return descriptor


def _line(text: bytes) -> Line:
    try:
        line: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("Line", line) if isinstance(line, dict) else {}
