"""JSON-RPC as bare as it gets, so that the measuring costs nothing: no event loop, no SDK."""

import json
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

Json = dict[str, Any]
Era = Literal["2025-11-25", "2026-07-28"]
ERAS: tuple[Era, ...] = ("2025-11-25", "2026-07-28")

BUFFER = 1 << 20
CLIENT = {"name": "benchmark", "version": "0"}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": CLIENT,
}


def request(era: Era, number: int, method: str, params: Json) -> bytes:
    """Return one line of JSON-RPC; in the new era every request says who asks."""
    besides = {"_meta": ENVELOPE} if era == "2026-07-28" else {}
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, **besides}}
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


class Server:
    """A server over stdio, and what was asked of it."""

    def __init__(self, process: subprocess.Popen[bytes], era: Era) -> None:
        assert process.stdin
        assert process.stdout
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self._era, self._sent = era, 0

    def greet(self) -> None:
        if self._era == "2025-11-25":
            self.ask("initialize", **HELLO)
            self._write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def send(self, method: str, **params: object) -> int:
        """Send a request without waiting for the answer, and return its id."""
        self._sent += 1
        self._write(request(self._era, self._sent, method, params))
        return self._sent

    def receive(self) -> bytes:
        """Return the next answer that comes, whichever it is."""
        return self._stdout.readline()

    def ask(self, method: str, **params: object) -> Json:
        self.send(method, **params)
        return result(self.receive())

    def call(self, tool: str, **arguments: object) -> Json:
        return self.ask("tools/call", name=tool, arguments=arguments)

    def milliseconds(self, tool: str, **arguments: object) -> float:
        """Return the milliseconds of a call until its answer is here, unread."""
        started = time.perf_counter()
        self.send("tools/call", name=tool, arguments=arguments)
        self.receive()
        return 1000 * (time.perf_counter() - started)

    @property
    def pid(self) -> int:
        return self._process.pid

    def megabytes(self, what: Literal["VmRSS", "VmHWM"] = "VmRSS") -> float:
        """Return the megabytes of memory, as Linux counts it: now (VmRSS) or at most (VmHWM)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition(f"{what}:")[2].split()[0]) / 1024

    def open_files(self) -> int:
        return len([*Path(f"/proc/{self.pid}/fd").iterdir()])

    def _write(self, line: bytes) -> None:
        self._stdin.write(line)
        self._stdin.flush()


def result(line: bytes) -> Json:
    answer = json.loads(line)
    assert "result" in answer, answer
    return answer["result"]


@contextmanager
def running(
    command: Sequence[str], variables: Mapping[str, str], era: Era = "2025-11-25"
) -> Generator[Server]:
    """Run the server, greeted as its era wants it."""
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        command, BUFFER, env=dict(variables), stdin=pipe, stdout=pipe, stderr=null
    ) as process:
        server = Server(process, era)
        try:
            server.greet()
            yield server
        finally:
            process.kill()
