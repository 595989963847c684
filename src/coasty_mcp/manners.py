"""Manners of a guest: when its host is gone or says so, the server is gone within a second."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from threading import Thread, Timer
from typing import TextIO

from anyio import AsyncFile, create_task_group, sleep, wrap_file

from .streams import divert

PARTING = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if name in dir(signal)]
GRACE = 0.6
"""Seconds for calls that still run; a host kills what has not ended soon after."""
GLANCE = 0.3
"""Seconds between two looks at whether the parent still lives."""


class HostInput(AsyncFile[str]):
    """What the host writes to stdin, until it or we end it.

    Read in a thread that nobody waits for: a read from stdin cannot be interrupted.
    """

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        self._lines = asyncio.Queue[str]()
        self._put = partial(asyncio.get_running_loop().call_soon_threadsafe, self._lines.put_nowait)
        Thread(target=self._read, daemon=True).start()

    async def readline(self) -> str:
        return await self._lines.get()

    def end(self) -> None:
        """Cancels what runs, as the end of stdin does. Whatever hangs even so is left behind."""
        with suppress(RuntimeError):  # it has ended already
            last_resort = Timer(GRACE, os._exit, [0])
            last_resort.daemon = True
            last_resort.start()
            self._put("")

    def _read(self) -> None:
        with suppress(RuntimeError):  # the event loop ended first
            for line in self.wrapped:
                self._put(line)
        self.end()


@asynccontextmanager
async def hosted(stdout: int) -> AsyncGenerator[tuple[AsyncFile[str], AsyncFile[str]]]:
    """Its words and ours. They end with its pipe, a signal to part, or the parent's death."""
    stdin = divert(0, os.open(os.devnull, os.O_RDONLY))
    said = HostInput(os.fdopen(stdin, encoding="utf-8", errors="replace", closefd=False))
    ours = wrap_file(os.fdopen(stdout, "w", encoding="utf-8", closefd=False))

    def part(*_: object) -> None:
        said.end()

    for number in PARTING:
        signal.signal(number, part)
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(_when_orphaned, part)
            yield said, ours
            tasks.cancel_scope.cancel()
    except* BrokenPipeError:  # the host no longer listens
        pass


async def _when_orphaned(end: Callable[[], None]) -> None:
    """The pipe may outlive the parent in another child's hands."""
    parent = os.getppid()
    while os.getppid() == parent:
        await sleep(GLANCE)
    end()
