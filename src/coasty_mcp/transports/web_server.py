"""A web app on a port of this computer."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from math import ceil
from time import monotonic
from typing import Any, cast

import h11
from sse_starlette.sse import AppStatus
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from .event_streams import EventStreams

KEEP_ALIVE = 75
"""Seconds for which an idle connection stays open: load balancers keep theirs for 60."""
REQUEST_SECONDS = 30.0
"""From the first byte of a request to its last one; what takes longer is cut off."""
AT_ONCE = 8192
"""Bytes that are read before others have their turn: in chunks of one byte they take 15 ms."""
SILENCE = 60.0
"""Seconds between two lines in the log about connections that cannot be accepted."""

log = logging.getLogger(__name__)


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Return the socket where connections wait from now on; port 0 finds a free one.

    Raises:
        OSError: if the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # asyncio does so for sockets of its own: or else an answer's second half waits for 40 ms
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address(listener: socket.socket) -> str:
    """Return the URL of a listening socket, without a path."""
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def until_interrupted() -> Generator[None]:
    """End what is inside at Ctrl-C or SIGTERM, quietly.

    Say that you serve inside of it, because an answer to that may be a quick SIGTERM. uvicorn
    raises the signal that ended it once more, for whoever handled it before.
    """
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        yield


def serve(app: ASGIApp, listener: socket.socket, drain: float = 0) -> None:
    """Serve until Ctrl-C or SIGTERM; answers under way then have `drain` seconds to be finished."""
    web_server(app, drain).run(sockets=[listener])


def guest_server(app: ASGIApp) -> Server:
    """Return a server that runs beside what else is in its event loop and handles the signals."""
    config = Config(
        app, http=_Connection, ws="none", lifespan="off", log_config=None, log_level="warning"
    )
    return _Guest(config)


def web_server(app: ASGIApp, drain: float = 0) -> Server:
    """Return a server for the app; it ends idle event streams as soon as it is to end."""
    AppStatus.disable_automatic_graceful_drain()  # which cuts the answers to calls as well
    streams = EventStreams(app, {"GET"} if drain else {"GET", "POST"})
    config = Config(
        streams,
        http=_Connection,
        ws="none",
        log_config=None,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=max(1, ceil(drain)),
    )
    return _Server(config, streams)


class _Guest(Server):
    """Leaves the signals to whoever else serves in the same loop."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class _Server(Server):
    def __init__(self, config: Config, streams: EventStreams) -> None:
        super().__init__(config)
        self._streams = streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(LoopComplaints())
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)


class _Connection(H11Protocol):
    """Cut off where a request stays half-sent."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        cast("Any", transport).max_size = AT_ONCE  # asyncio's own, which is 256 kB
        self._cut = self.loop.call_later(REQUEST_SECONDS, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        begun = bool(self.conn.trailing_data[0])
        half_sent = self.conn.their_state is h11.SEND_BODY or (
            begun and self.conn.their_state is h11.IDLE
        )
        if not half_sent:
            self._let_live()
        elif not self._cut:
            self._cut = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_live()
        super().connection_lost(exc)

    def _let_live(self) -> None:
        if self._cut:
            self._cut.cancel()
            self._cut = None


class LoopComplaints:
    """Logs what the event loop complains of; of descriptors that ran out only once a minute.

    asyncio tries to accept again for each connection that may wait, and complains each time; and
    once more, when the listener is closed meanwhile, for each that it wanted to try again.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, ValueError) and "_start_serving" in context.get("message", ""):
            return
        if not (isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}):
            loop.default_exception_handler(context)
        elif monotonic() > self._silent_until:
            self._silent_until = monotonic() + SILENCE
            log.warning("Connections wait: this process has no file descriptors left.")
