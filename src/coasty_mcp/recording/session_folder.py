"""The folder of one session: files that are whole after each step, whatever ends the process."""

import json
import os
from pathlib import Path
from typing import Any

from mcp.types import ImageContent

from ..api.untrusted import visible_json
from ..page import page
from .steps import Session, atif_head, atif_metrics

TRAJECTORY, LINES, REPLAY, PICTURES = "trajectory.json", "traj.jsonl", "replay.html", "pictures"
STEPS_BEGIN, STEPS_END = '"steps": [', "]"
SCRIPT = '<script type="application/json">{}</script>\n'
BINARY = getattr(os, "O_BINARY", 0)
"""Without it Windows would change the line ends."""


class SessionFolder:
    """Appends steps to the three forms of a record; nothing that was written is written anew.

    `trajectory.json` has a line for each step and an end, over which the next step is written
    together with a new end: a reader finds it closed at any time.
    """

    def __init__(self, path: Path, session: Session) -> None:
        """Make the folder, which only the user can read.

        Raises:
            OSError: it cannot be made.
        """
        path.mkdir(mode=0o700)
        (path / PICTURES).mkdir(mode=0o700)
        self.path = path
        self.bytes = 0
        head = trajectory_head(atif_head(session))
        self._create(TRAJECTORY, head + trajectory_end(atif_metrics(0, 0)))
        self._create(LINES, "")
        self._create(REPLAY, page() + SCRIPT.format(script_text(session)))
        self._end = len(_encoded(head))

    def add_picture(self, name: str, data: bytes) -> None:
        """Write a picture into a file of its own."""
        self._create(name, data)

    def add_step(
        self,
        step: dict[str, Any],
        line: dict[str, Any],
        shown: dict[str, Any],
        picture: ImageContent | None,
        charged: int,
    ) -> None:
        """Append a step in its three forms; `trajectory.json` last, which makes it count.

        Args:
            step: as ATIF has it.
            line: as OSWorld has it.
            shown: as the page has it, without its picture.
            picture: what the page shows with it.
            charged: the credits of all steps so far.
        """
        self._append(REPLAY, SCRIPT.format(step_script(shown, picture)))
        self._append(LINES, f"{visible_json(line)}\n")
        number = step["step_id"]
        text = f"{',' if number > 1 else ''}\n{visible_json(step)}"
        self._append(TRAJECTORY, text + trajectory_end(atif_metrics(number, charged)), self._end)
        self._end += len(_encoded(text))

    def _create(self, name: str, content: str | bytes) -> None:
        self._write(name, os.O_CREAT | os.O_EXCL, _encoded(content))

    def _append(self, name: str, content: str, offset: int | None = None) -> None:
        """Write at the end of a file, or over what stands behind the offset."""
        self._write(name, os.O_APPEND if offset is None else 0, _encoded(content), offset or 0)

    def _write(self, name: str, flags: int, data: bytes, offset: int = 0) -> None:
        descriptor = os.open(self.path / name, os.O_WRONLY | BINARY | flags, 0o600)
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            written = 0
            while written < len(data):
                written += os.write(descriptor, data[written:])
        finally:
            os.close(descriptor)
        self.bytes += len(data)


def trajectory_head(fields: dict[str, Any]) -> str:
    """Return what stands before the steps."""
    return f"{visible_json(fields)[:-1]}, {STEPS_BEGIN}"


def trajectory_end(fields: dict[str, Any]) -> str:
    """Return what stands behind the steps."""
    return f"\n{STEPS_END}, {json.dumps(fields)[1:]}\n"


def script_text(value: object) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    return visible_json(value).replace("<", "\\u003c")


def step_script(shown: dict[str, Any], picture: ImageContent | None) -> str:
    """Return the script of a step with its picture, whose base64 is neither read nor escaped."""
    start = f'{script_text(shown)[:-1]}, "picture": '
    if not picture:
        return f"{start}null}}"
    return f'{start}{{"type": {script_text(picture.mime_type)}, "data": "{picture.data}"}}}}'


def _encoded(content: str | bytes) -> bytes:
    return content.encode(errors="replace") if isinstance(content, str) else content
