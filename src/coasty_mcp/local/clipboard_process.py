"""A process that lends the clipboard to a text, run with `python -m`.

Whoever puts back what was there has to keep it until somebody copies something else, even when its
parent has ended.
"""

import os
import sys
from contextlib import suppress
from functools import partial

from .x11_clipboard import X11Clipboard

PIECE = 65_536  # bytes that are read at once
HELD, TAKEN = "held\n", "taken\n"
"""What it says: the text can be pasted; a program has taken it."""


def main() -> None:
    """Give out the text of stdin up to a zero byte; when stdin ends, what was there before."""
    clipboard = X11Clipboard(partial(_say, TAKEN))
    if (before := clipboard.content()) is None:
        return
    text = b""
    while not text.endswith(b"\0"):
        text += os.read(sys.stdin.fileno(), PIECE) or b"\0"
    clipboard.give(text.removesuffix(b"\0"))
    _say(HELD)
    clipboard.serve(sys.stdin)
    if clipboard.is_ours:
        clipboard.give(before)
        if not before or os.fork():
            os._exit(0)  # which tells that it is done
        clipboard.serve()


def _say(line: str) -> None:
    with suppress(OSError):  # nobody may listen any more
        os.write(sys.stdout.fileno(), line.encode())


if __name__ == "__main__":
    main()
