"""Our own server, started once for all hosts that have it."""

from importlib.metadata import version

from ..hosts.config_entry import ServerCommand
from ..hosts.errors import shown
from ..hosts.handshake import ServerDoesNotStart, perform_handshake
from .finding import Status

START_TIMEOUT = 10.0
"""Seconds."""


class OwnServer:
    """This installation of the server, which is started when the first entry names it."""

    def __init__(self, command: ServerCommand, path: str | None) -> None:
        self.command = command
        self.path = path
        self._start: tuple[Status, str] | None = None

    @property
    def has_started(self) -> bool:
        return self._start is not None and self._start[0] != "fail"

    async def start(self) -> tuple[Status, str]:
        """Return how it starts, in words."""
        if not self._start:
            self._start = await _try_to_start(self.command)
        return self._start


async def _try_to_start(command: ServerCommand) -> tuple[Status, str]:
    try:
        handshake = await perform_handshake(command, START_TIMEOUT)
    except ServerDoesNotStart as error:
        return "fail", f"does not start: {str(error).rstrip('.')}"
    found = f"starts: {handshake.tools} tools, {handshake.milliseconds} ms"
    if handshake.version != (own := version("coasty-mcp")):
        return "warn", f"{found}, but version {shown(handshake.version)}, not {own}"
    return "ok", found
