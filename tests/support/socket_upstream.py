"""An API on a real socket of this computer that misbehaves on command."""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import pytest
from httpx2 import AsyncClient
from mcp import Client
from pydantic import SecretStr

from coasty_mcp.api.client import Backoff
from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.server.http_client import connect
from coasty_mcp.settings import Settings
from support.mcp_client import Clock, Era, seated

Call = tuple[str, dict[str, Any]]
LOOKUP: Call = ("coasty_list_machines", {})
KEYED: Call = ("coasty_provision_machine", {"display_name": "bot", "idempotency_key": "mine"})
UNKEYED: Call = ("coasty_parse", {"code": "pyautogui.click(1, 2)"})

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
RESET = struct.pack("ii", 1, 0)  # close at once, and say so with RST
CERTIFICATES = cache(ssl.create_default_context)  # loading them takes longer than a test
NOT_OURS = {"host", "content-length", "connection", "accept-encoding"}


@dataclass
class Exchange:
    """One request, and the connection that it came over."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Move = Callable[[Exchange], Awaitable[None]]


class Upstream:
    """Makes these moves in turn, one for each request, and the last one for ever."""

    def __init__(self, *moves: Move) -> None:
        self.moves = list(moves)
        self.asked: list[Exchange] = []
        self.arrived = asyncio.Event()
        """A request has come in."""
        self.left_alone = asyncio.Event()
        """The other side has ended a connection."""

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
        """Its base URL."""
        connections: list[asyncio.Task[None]] = []

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.append(asyncio.create_task(self._serve(reader, writer)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls, backlog=500)
        port = server.sockets[0].getsockname()[1]
        async with server:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/v1"
        await asyncio.gather(*connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                exchange = await _request(reader, writer)
                self.asked.append(exchange)
                self.arrived.set()
                await self._next()(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left_alone.set()
        finally:
            writer.close()

    def _next(self) -> Move:
        return self.moves.pop(0) if len(self.moves) > 1 else self.moves[0]


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    method, path, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Exchange(method, path, headers, body, reader, writer)


def answers(status: int, content: object, headers: dict[str, str] | None = None) -> Move:
    """With these bytes, or with anything else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    fields = {"Content-Length": str(len(body)), **(headers or {})}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {text}" for name, text in fields.items())]
    head = "\r\n".join([*lines, "", ""]).encode()

    async def move(exchange: Exchange) -> None:
        await exchange.say(head + body)

    return move


NO_MACHINES = answers(200, {"data": []})


def refuses(status: int, code: str, retry_after: int | None = None, **flags: object) -> Move:
    error = {"code": code, "message": f"It says {code}", **flags}
    wait = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return answers(status, {"error": error}, wait)


def resets_after(said: bytes = b"") -> Move:
    async def move(exchange: Exchange) -> None:
        await exchange.say(said)
        raw: socket.socket = exchange.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        exchange.writer.transport.abort()

    return move


def hangs_up_after(said: bytes) -> Move:
    async def move(exchange: Exchange) -> None:
        await exchange.say(said)
        exchange.writer.close()

    return move


async def never_answers(exchange: Exchange) -> None:
    await exchange.reader.read()


async def trickles(exchange: Exchange) -> None:
    """One byte at a time, without end."""
    await exchange.say(OK + b"Content-Length: 1000000000\r\n\r\n")
    while not exchange.reader.at_eof():
        await exchange.say(b" ")
        await asyncio.sleep(0.01)


async def floods(exchange: Exchange) -> None:
    """A body without end."""
    await exchange.say(OK + b"\r\n")
    while not exchange.reader.at_eof():
        await exchange.say(b" " * 1_000_000)


def carries_out(sandbox: AsyncClient, then: Move | None = None) -> Move:
    """What was asked for; and answers truly, or makes another move instead."""

    async def move(exchange: Exchange) -> None:
        headers = {name: text for name, text in exchange.headers.items() if name not in NOT_OURS}
        url = f"http://sandbox{exchange.path}"
        done = await sandbox.request(exchange.method, url, content=exchange.body, headers=headers)
        said = {name: text for name, text in done.headers.items() if name != "content-length"}
        await (then or answers(done.status_code, done.content, said))(exchange)

    return move


@asynccontextmanager
async def facing(
    url: str,
    clock: Clock,
    patience: float = 40,
    tools: tuple[str, ...] = (),
    era: Era = "auto",
    key: str = SANDBOX_KEY,
) -> AsyncGenerator[Client]:
    """The model's chair, with the API at that URL; no wait is made shorter by chance."""
    few = (LOOKUP[0], KEYED[0], UNKEYED[0], *tools)  # a server with all of them takes longer
    settings = Settings(base_url=url, api_key=SecretStr(key), toolsets=(), tools=few)
    settings = settings.model_copy(update={"timeout": patience})
    with pytest.MonkeyPatch.context() as patch:
        exact = partial(Backoff, jitter=lambda: 1.0, lookup_timeout=min(5, patience))
        patch.setattr("coasty_mcp.server.context.Backoff", exact)
        patch.setattr(ssl, "create_default_context", CERTIFICATES)
        async with (
            connect(settings) as http,
            seated(era, http=http, settings=settings, sleep=clock.sleep) as model,
        ):
            yield model
