"""The clipboard while it holds a text of ours."""

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen

from .clipboard_process import HELD, TAKEN

VARIABLES = ("DISPLAY", "XAUTHORITY", "HOME")
START_SECONDS, TAKE_SECONDS, QUIET_SECONDS = 5.0, 3.0, 0.2
"""The most until the text is held, and until a program takes it, which may ask more than once."""

Lend = Callable[[str], "LentClipboard | None"]


class LentClipboard:
    def __init__(self, process: Popen[bytes]) -> None:
        self._process = process

    def forget(self) -> None:
        """Overlook who has taken it so far: they keep a history of all that is copied."""
        while self._said(0):
            pass

    def taken(self) -> bool:
        """Wait until a program has taken the text; return whether one has."""
        found = TAKEN in self._said(TAKE_SECONDS)
        while found and self._said(QUIET_SECONDS):
            pass
        return found

    def give_back(self) -> None:
        """Put back what was there; a process keeps it until somebody copies."""
        for each in (self._process.stdin, self._process.stdout):
            if each:
                with suppress(OSError):
                    each.close()
        self._process.wait()

    def hold(self, text: str) -> bool:
        """Put the text there; return whether that could be undone, and so was done."""
        if not self._process.stdin:
            return False
        with suppress(OSError):
            self._process.stdin.write(text.encode() + b"\0")
            self._process.stdin.flush()
        return HELD in self._said(START_SECONDS)

    def _said(self, seconds: float) -> str:
        source = self._process.stdout
        if not source or not select.select([source], [], [], seconds)[0]:
            return ""
        return os.read(source.fileno(), 4096).decode()


def lend(text: str) -> LentClipboard | None:
    """Put the text on the clipboard; None where what is there could not be put back."""
    variables = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    command = [sys.executable, "-P", "-m", "coasty_mcp.local.clipboard_process"]
    process = Popen(  # noqa: S603 - nobody else's words are in it
        command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=variables | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
    lent = LentClipboard(process)
    if lent.hold(text):
        return lent
    lent.give_back()
    return None
