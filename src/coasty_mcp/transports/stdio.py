"""Serving over stdio: the process ends within a second of its host, or of being told to."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

from anyio import create_memory_object_stream, create_task_group
from mcp.shared.message import SessionMessage

from ..server.mcp_server import CoastyServer
from .deadline import Deadline
from .redirect import redirect_descriptor
from .stdio_files import HostInput, host_output
from .stdio_messages import StdioMessages

END_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


async def serve_stdio(server: CoastyServer, stdout: int) -> None:
    """Serve over stdio until the host disconnects, then end within a second.

    `stdout` is a descriptor of the pipe to the host that nobody else writes to.
    """
    protocol = server.protocol
    to_server, from_host = create_memory_object_stream[SessionMessage | Exception]()
    to_host, from_server = create_memory_object_stream[SessionMessage]()
    with host_input() as lines:
        messages = StdioMessages(lines, host_output(stdout))
        try:
            async with create_task_group() as tasks:
                tasks.start_soon(messages.receive, to_server)
                tasks.start_soon(messages.send, from_server)
                await protocol.run(from_host, to_host, protocol.create_initialization_options())
                tasks.cancel_scope.cancel()
        except* ConnectionError:  # the host no longer reads
            pass


@contextmanager
def host_input() -> Generator[HostInput]:
    """The lines of the host, which end with its pipe, a signal, or its death."""
    stdin = redirect_descriptor(0, os.open(os.devnull, os.O_RDONLY))
    file = os.fdopen(stdin, encoding="utf-8", errors="replace", closefd=False)
    deadline = Deadline()
    lines = HostInput(file, at_end=deadline.start)

    def end(*_: object) -> None:
        lines.end()

    for name in END_SIGNALS:
        if number := getattr(signal, name, None):  # Windows has no SIGHUP
            signal.signal(number, end)
    deadline.watch_host(stdin, when_orphaned=end)
    yield lines
