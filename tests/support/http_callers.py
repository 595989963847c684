"""Callers of a server that is served over HTTP, each with a key of their own."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from httpx2 import AsyncClient
from mcp import Client
from mcp.client import ClientExtension
from mcp.client.session import ElicitationFnT
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp

from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.http import build_web_app
from coasty_mcp.transports.web_server import address, listen, web_server
from support.mcp_client import LIVE_KEY, Era

REMOTELY = ("--transport", "streamable-http", "--allow-remote", "--allowed-host", "127.0.0.1")
ALICE, BOB = SANDBOX_KEY, LIVE_KEY
CAROL = "sk-coasty-test-" + "c" * 48
"""She shares the account of Alice."""
REMOTE = Settings(
    sandbox=True,
    transport="streamable-http",
    allow_remote=True,
    allowed_host=("127.0.0.1",),
    toolsets=("machines", "predict"),
)

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For HTTP without TLS: there are no authorities to read, which takes most of a connection."""


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncGenerator[str]:
    """The address where it can be reached."""
    server = web_server(app)
    with listen(0) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield address(listener)
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def served(
    settings: Settings = REMOTE, http: AsyncClient | None = None
) -> AsyncGenerator[str]:
    """A whole server; its address."""
    async with listening(
        build_web_app(build_server(settings, TOOLSETS, http), settings)
    ) as address:
        yield address


@asynccontextmanager
async def calling(
    address: str,
    key: str,
    era: Era = "auto",
    path: str = "/mcp",
    person: ElicitationFnT | None = None,
    extensions: Sequence[ClientExtension] = (),
) -> AsyncGenerator[Client]:
    """A host elsewhere, with that key, and perhaps with a person who can be asked."""
    headers = {"Authorization": f"Bearer {key}"}
    async with AsyncExitStack() as stack:
        if path == "/sse":
            transport = sse_client(f"{address}{path}", headers=headers)
        else:
            http = await stack.enter_async_context(
                AsyncClient(headers=headers, timeout=30, verify=PLAIN)
            )
            transport = streamable_http_client(f"{address}{path}", http_client=http)
        client = Client(transport, mode=era, elicitation_callback=person, extensions=extensions)
        yield await stack.enter_async_context(client)
