"""The server as a host sees it: a process with three pipes."""

import json
import sys
from subprocess import PIPE, Popen
from time import monotonic
from types import TracebackType
from typing import Any, Self

from support.command_process import environment

SERVER = [sys.executable, "-m", "coasty_mcp"]
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "0"},
}
SOON = 10
"""Seconds for what happens at once or, on a machine however busy with other tests, never."""
PATIENCE = 3
"""How much busier the machine may become, while a server runs, than it was when it started."""


class Guest:
    """A server process in the sandbox, or another command, ended at the latest with the test."""

    soon: float = SOON
    """Seconds in which it goes: one for the server, the others for the machine."""

    def __init__(self, *command: str, **variables: str) -> None:
        self.process = Popen(
            command or [*SERVER, "--sandbox"],
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
            env=environment(**variables, PYTHONUNBUFFERED=""),
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.__exit__(kind, error, trace)

    def say(self, method: str, **params: Any) -> None:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.stdin.write(json.dumps(message) + "\n")
        self.stdin.flush()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.say(method, **params)
        return json.loads(self.stdout.readline())["result"]

    def greet(self) -> dict[str, Any]:
        before = monotonic()
        hello = self.ask("initialize", **HELLO)
        self.soon = 1 + PATIENCE * (monotonic() - before)
        return hello

    def left(self) -> tuple[int, str, str]:
        """Exit code, and what it wrote to stdout and stderr that nobody has read yet."""
        code = self.process.wait(self.soon)
        assert self.process.stderr
        return code, self.stdout.read(), self.process.stderr.read()
