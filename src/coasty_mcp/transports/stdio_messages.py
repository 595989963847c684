"""The messages between the host's lines and the SDK, and which requests are still unanswered."""

from collections import Counter
from typing import TYPE_CHECKING

from anyio import AsyncFile, Event, Lock, move_on_after
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCMessage, JSONRPCNotification, JSONRPCRequest

from .jsonrpc_lines import Refusal, read_line, write_line
from .stdio_files import HostInput

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

DRAIN_SECONDS = 0.6
"""For answers after the end of input; a host kills what has not ended soon after."""


class StdioMessages:
    """Reads and writes messages; a request counts as unanswered until its answer is written."""

    def __init__(self, lines: HostInput, output: AsyncFile[str]) -> None:
        self._lines = lines
        self._output = output
        self._writing = Lock()
        self._unanswered = Counter[str | int]()
        self._answered = Event()

    async def receive(self, server: "MemoryObjectSendStream[SessionMessage | Exception]") -> None:
        """Hand each message to the server, up to the end of input and DRAIN_SECONDS longer."""
        async with server:
            while (line := await self._lines.next_line()) is not None:
                for message in read_line(line):
                    if isinstance(message, Refusal):
                        await self._write(message.line())
                    else:
                        self._note_received(message)
                        await server.send(SessionMessage(message))
            with move_on_after(DRAIN_SECONDS):
                while self._unanswered:
                    self._answered = Event()
                    await self._answered.wait()

    async def send(self, server: "MemoryObjectReceiveStream[SessionMessage]") -> None:
        """Write each message of the server.

        Raises:
            ConnectionError: once the host no longer reads.
        """
        async with server:
            async for message in server:
                await self._write(write_line(message.message))
                self._note_answered(getattr(message.message, "id", None))

    async def _write(self, line: str) -> None:
        async with self._writing:
            await self._output.write(f"{line}\n")
            await self._output.flush()

    def _note_received(self, message: JSONRPCMessage) -> None:
        if isinstance(message, JSONRPCRequest):
            self._unanswered[message.id] += 1
        elif isinstance(message, JSONRPCNotification) and message.method.endswith("/cancelled"):
            self._note_answered((message.params or {}).get("requestId"))

    def _note_answered(self, request_id: object) -> None:
        if isinstance(request_id, str | int):
            self._unanswered -= Counter([request_id])
            self._answered.set()
