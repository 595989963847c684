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
WIDE = 1 << 20


def is_pipe(descriptor: int) -> bool:
    """Whether an event loop can watch it: never on Windows, nor a file or a terminal."""
    mode = os.fstat(descriptor).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


class HostInput(anyio.AsyncFile[str]):
    """What the host writes, line by line, until it or we end it."""

    def __init__(self, file: TextIO, at_end: Callable[[], None]) -> None:
        super().__init__(file)
        self._at_end = at_end
        self._lines = asyncio.Queue[str]()
        self._begun = bytearray()
        """A line whose end has not come yet."""
        self._loop = asyncio.get_running_loop()
        if is_pipe(file.fileno()):
            self._loop.add_reader(file, self._take)
        else:
            # nobody waits for the thread: a read from a terminal cannot be interrupted
            Thread(target=self._read, daemon=True).start()

    async def readline(self) -> str:
        return await self._lines.get()

    def end(self) -> None:
        """From a signal handler or a thread: nothing is read any more."""
        with suppress(RuntimeError):  # the event loop, or Python, ended first
            self._at_end()
            self._loop.call_soon_threadsafe(self._lines.put_nowait, "")

    def _take(self) -> None:
        data = b""
        with suppress(ConnectionError):  # a socket whose other end was closed in haste
            data = os.read(self.wrapped.fileno(), CHUNK)
        if not data:
            self._loop.remove_reader(self.wrapped)
            self.end()
        self._begun += data
        if b"\n" in data:
            *lines, self._begun = self._begun.split(b"\n")
            for line in lines:
                self._lines.put_nowait(line.decode(errors="replace"))

    def _read(self) -> None:
        put = partial(self._loop.call_soon_threadsafe, self._lines.put_nowait)
        with suppress(RuntimeError):
            for line in self.wrapped:
                put(line)
        self.end()


class HostOutput(anyio.AsyncFile[str]):
    """What the host reads from a pipe. ConnectionError once it no longer does."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        os.set_blocking(file.fileno(), False)
        _widen(file.fileno())

    async def write(self, text: str) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
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
    """So that a screenshot goes into it at once, not in ten turns; only Linux can."""
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl

        with suppress(OSError):  # a socket, or too many wide pipes
            fcntl(pipe, F_SETPIPE_SZ, WIDE)


def host_output(descriptor: int) -> anyio.AsyncFile[str]:
    file = os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)
    return HostOutput(file) if is_pipe(descriptor) else anyio.wrap_file(file)
