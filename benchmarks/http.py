"""Streamable HTTP in the era without sessions, as bare as it gets: several callers at once."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from .wire import Json, request


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def listening(
    command: Sequence[str], variables: Mapping[str, str], port: int, patience: float = 20
) -> Generator[None]:
    null = subprocess.DEVNULL
    with subprocess.Popen(command, env=dict(variables), stdout=null, stderr=null) as process:
        try:
            give_up = time.monotonic() + patience
            while not _reachable(port):
                assert time.monotonic() < give_up, command
                time.sleep(0.05)
            yield
        finally:
            process.kill()


def _reachable(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


async def rate(port: int, call: Json, callers: int, calls: int) -> float:
    """Return the calls a second of that many callers, each on a connection of its own."""
    message = request("2026-07-28", 1, "tools/call", call)
    head = [
        "POST /mcp HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: tools/call",
        f"Mcp-Name: {call['name']}",
        f"Content-Length: {len(message)}",
    ]
    asked = "\r\n".join([*head, "", ""]).encode() + message
    await _caller(port, asked, 2)
    started = time.perf_counter()
    await asyncio.gather(*(_caller(port, asked, calls // callers) for _ in range(callers)))
    return calls / (time.perf_counter() - started)


async def _caller(port: int, asked: bytes, calls: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(calls):
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200"), head
        body = await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
        assert b'"result"' in body, body
    writer.close()
