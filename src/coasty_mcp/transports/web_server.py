"""A web app on a port of this computer."""

import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from math import ceil

from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from uvicorn import Config, Server


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Where connections wait from now on; port 0 finds a free one. OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # asyncio does so for sockets of its own: or else an answer's second half waits for 40 ms
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address(listener: socket.socket) -> str:
    """Its URL, without a path."""
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def until_interrupted() -> Generator[None]:
    """Ctrl-C and SIGTERM end what is inside, quietly. Say that you serve inside: one may be quick.

    uvicorn raises the signal that ended it once more, for whoever handled it before.
    """
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        yield


def serve(app: Starlette, listener: socket.socket, drain: float = 0) -> None:
    """Until Ctrl-C or SIGTERM; what is under way then has `drain` seconds to come to an end."""
    if drain:
        AppStatus.disable_automatic_graceful_drain()  # which cuts event streams at once
    grace = max(1, ceil(drain))
    config = Config(app, log_config=None, log_level="warning", timeout_graceful_shutdown=grace)
    Server(config).run(sockets=[listener])
