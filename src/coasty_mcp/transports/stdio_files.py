"""The lines that a host writes to us and reads from us: quick over pipes, in threads elsewhere."""

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TextIO

import anyio

CHUNK = 1 << 16
WIDE_PIPE = 1 << 20


def is_pipe(descriptor: int) -> bool:
    """Return whether an event loop can watch it: never on Windows, nor a file or a terminal."""
    mode = os.fstat(descriptor).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


class HostInput:
    """The lines that the host writes, until it or we end them."""

    def __init__(self, file: TextIO, at_end: Callable[[], None]) -> None:
        self._file = file
        self._at_end = at_end
        self._lines = asyncio.Queue[str | None]()
        self._unfinished = bytearray()
        """A line whose end has not come yet."""
        self._loop = asyncio.get_running_loop()
        if is_pipe(file.fileno()):
            self._loop.add_reader(file, self._take)
        else:
            # nobody waits for the thread: a read from a terminal cannot be interrupted
            Thread(target=self._read, daemon=True).start()

    async def next_line(self) -> str | None:
        """Return the next line, or None at the end of input."""
        line = await self._lines.get()
        if line is None:
            self._at_end()
        return line

    def end(self) -> None:
        """End the lines at once, called by a signal handler; what was read is still handed out."""
        self._at_end()
        with suppress(RuntimeError):  # the event loop ended first
            self._loop.call_soon_threadsafe(self._lines.put_nowait, None)

    def _take(self) -> None:
        data = b""
        with suppress(ConnectionError):  # a socket whose other end was closed in haste
            data = os.read(self._file.fileno(), CHUNK)
        self._unfinished += data or b"\n"
        if b"\n" in self._unfinished[-CHUNK:]:
            *lines, self._unfinished = self._unfinished.split(b"\n")
            for line in lines:
                self._lines.put_nowait(line.decode(errors="replace"))
        if not data:
            self._loop.remove_reader(self._file)
            self._lines.put_nowait(None)

    def _read(self) -> None:
        put = partial(self._loop.call_soon_threadsafe, self._lines.put_nowait)
        with suppress(RuntimeError):
            for line in self._file:
                put(line)
            put(None)


class HostOutput(anyio.AsyncFile[str]):
    """What the host reads from a pipe. ConnectionError once it no longer does."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        os.set_blocking(file.fileno(), False)
        _widen(file.fileno())

    async def write(self, text: str) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Write all of the text, waiting where the pipe is full."""
        left = memoryview(text.encode())
        while left:
            try:
                left = left[os.write(self.wrapped.fileno(), left) :]
            except BlockingIOError:
                await anyio.wait_writable(self.wrapped)
        return len(text)

    async def flush(self) -> None:
        """Nothing is kept back."""


def _widen(pipe: int) -> None:
    """Let a screenshot go into the pipe at once, not in ten turns; only Linux can."""
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl

        with suppress(OSError):  # a socket, or too many wide pipes
            fcntl(pipe, F_SETPIPE_SZ, WIDE_PIPE)


def host_output(descriptor: int) -> anyio.AsyncFile[str]:
    """Return the file that the host reads, which is never closed."""
    file = os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)
    return HostOutput(file) if is_pipe(descriptor) else anyio.wrap_file(file)
