"""Manners of a guest: when its host is gone or says so, the server is gone within a second."""

import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from threading import Timer

from anyio import AsyncFile, create_task_group, sleep
from mcp.server.stdio import stdio_server

from ..server.mcp_server import CoastyServer
from .redirect import redirect_descriptor
from .stdio_files import HostInput, host_output

END_SIGNALS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if name in dir(signal)
]
GRACE_PERIOD = 0.6
"""Seconds for calls that still run; a host kills what has not ended soon after."""
POLL_INTERVAL = 0.3
"""Seconds between two looks at whether the parent still lives."""


async def serve_stdio(server: CoastyServer, stdout: int) -> None:
    """Serve over stdio until the host disconnects, then end within a second.

    `stdout` is a descriptor of the pipe to the host that nobody else writes to.
    """
    async with host_streams(stdout) as files, stdio_server(*files) as (read, write):
        protocol = server.protocol
        await protocol.run(read, write, protocol.create_initialization_options())


@asynccontextmanager
async def host_streams(stdout: int) -> AsyncGenerator[tuple[AsyncFile[str], AsyncFile[str]]]:
    """Its words and ours. They end with its pipe, a signal to part, or the parent's death.

    With its words ends what still runs.
    """
    stdin = redirect_descriptor(0, os.open(os.devnull, os.O_RDONLY))
    file = os.fdopen(stdin, encoding="utf-8", errors="replace", closefd=False)
    said = HostInput(file, at_end=_exit_after_grace_period)

    def part(*_: object) -> None:
        said.end()

    for number in END_SIGNALS:
        signal.signal(number, part)
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(_end_when_orphaned, part)
            yield said, host_output(stdout)
            tasks.cancel_scope.cancel()
    except* ConnectionError:  # the host no longer listens
        pass


def _exit_after_grace_period() -> None:
    """Whatever hangs even so is left behind."""
    last_resort = Timer(GRACE_PERIOD, os._exit, [0])
    last_resort.daemon = True
    last_resort.start()


async def _end_when_orphaned(end: Callable[[], None]) -> None:
    """The pipe may outlive the parent in another child's hands."""
    parent = os.getppid()
    while os.getppid() == parent:
        await sleep(POLL_INTERVAL)
    end()
