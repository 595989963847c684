"""What is to be known after a restart: lines that several servers may add to one file."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class SpendLog:
    """Lines are only ever added, each in one write: nothing is lost, locked or half replaced."""

    def __init__(self, folder: Path, key: str) -> None:
        """One file for each key, which does not name it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file = folder / f"coasty-{sha256(key.encode()).hexdigest()[:16]}.jsonl"
        self._read = 0
        self.add()

    def add(self, *lines: Line) -> None:
        text = "".join(f"\n{json.dumps(line)}\n" for line in lines)  # a torn line harms no other
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def news(self) -> list[Line]:
        """What was added since this was last asked, by whomever."""
        with self.file.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        return [line for each in whole.splitlines() if (line := _line(each))]


def _line(text: bytes) -> Line:
    try:
        return json.loads(text)
    except ValueError:
        return {}
