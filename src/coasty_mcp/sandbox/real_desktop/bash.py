"""One bash in a cage: runs command lines, and tells what they print and how they end."""

import os
import select
from dataclasses import dataclass
from time import monotonic

from ..computer.command_error import CommandError
from .running_cage import CageFailed, RunningCage

MOST_KEPT = 20_000
"""Bytes of what a line prints; the rest is thrown away."""
CHUNK = 65_536
LAST_READS = 4
NO_FOLDER = "no folder"
LOOP = r"""
while IFS= read -r -d '' -u 3 _folder && IFS= read -r -d '' -u 3 _line; do
  if [ -n "$_folder" ] && ! cd -- "$_folder" 2>/dev/null; then _code='no folder'
  else eval "$_line" 3<&- 4>&- </dev/null; _code=$?; fi
  printf '%s\0%s\0' "$_code" "$PWD" >&4
done
"""
"""Reads a folder and a line on 3, and tells the exit code and the folder on 4."""


@dataclass
class Done:
    output: str
    exit_code: int | None = None
    """None if the line did not end in its time."""
    folder: str = ""
    no_folder: bool = False
    ended: bool = False
    """Whether the bash has ended with the line."""


class Bash:
    def __init__(self, cage: RunningCage, folder: str) -> None:
        """Start it in a folder.

        Raises:
            CommandError: the machine has ended.
        """
        self._cage = cage
        lines, self._lines = os.pipe()
        self._told, tell = os.pipe()
        self._output, write = os.pipe()
        os.set_blocking(self._lines, False)
        os.set_blocking(self._output, False)
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            self._program = cage.start(
                ["bash", "-c", LOOP, "bash"], [nothing, write, write, lines, tell], folder
            )
        except CageFailed as error:
            self._close_pipes()
            raise CommandError(str(error)) from error
        finally:
            for descriptor in (lines, tell, write, nothing):
                os.close(descriptor)

    def run(self, line: str, folder: str, seconds: float) -> Done:
        """Run a line, in a folder if one is named; what takes longer is killed."""
        printed = bytearray()
        try:
            os.write(self._lines, f"{folder}\0{line}\0".encode(errors="replace"))
            told = self._follow(printed, monotonic() + seconds)
        except OSError:  # it has ended in between, or reads no more
            told = b""
        for _ in range(LAST_READS):  # what goes on in the background may print for ever
            if not self._read_into(printed):
                break
        return self._done(printed.decode(errors="replace"), told)

    def close(self) -> None:
        self._program.forget()
        self._close_pipes()

    def _follow(self, printed: bytearray, deadline: float) -> bytes | None:
        """Read on until the line has ended; return what bash told, None if that took too long."""
        told, open_ones = b"", {self._told, self._output}
        while told.count(0) < 2:
            left = max(0.0, deadline - monotonic())
            ready, _, _ = select.select(open_ones, [], [], left)
            if not ready:
                return None
            if self._output in ready and not self._read_into(printed):
                open_ones.discard(self._output)
            if self._told in ready:
                data = os.read(self._told, CHUNK)
                told += data
                if not data:
                    return b""
        return told

    def _read_into(self, printed: bytearray) -> bool:
        """Return False if nothing more is printed."""
        try:
            data = os.read(self._output, CHUNK)
        except BlockingIOError:
            return False
        printed += data[: MOST_KEPT - len(printed)]
        return bool(data)

    def _done(self, output: str, told: bytes | None) -> Done:
        if told is None:
            self._cage.kill(self._program)
            return Done(output)
        if not told:
            return Done(output, self._program.wait(1), ended=True)
        code, folder, *_ = told.decode(errors="replace").split("\0")
        known = code.isascii() and code.isdigit()
        return Done(output, int(code) if known else 1, folder, code == NO_FOLDER)

    def _close_pipes(self) -> None:
        for descriptor in (self._lines, self._told, self._output):
            os.close(descriptor)
