"""Callers of a server that is served over HTTP, each with a key of their own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from httpx2 import AsyncClient
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from uvicorn import Config, Server

from chair import LIVE_KEY, Era
from coasty_mcp.sandbox import SANDBOX_KEY, sandbox_client
from coasty_mcp.server import build_server
from coasty_mcp.serving import address, listen
from coasty_mcp.settings import Settings
from coasty_mcp.web import web_app

ALICE, BOB = SANDBOX_KEY, LIVE_KEY
CAROL = "sk-coasty-test-" + "c" * 48
REMOTE = Settings(
    sandbox=True,
    transport="streamable-http",
    allow_remote=True,
    allowed_host=("127.0.0.1",),
)


@asynccontextmanager
async def served(
    settings: Settings = REMOTE, http: AsyncClient | None = None
) -> AsyncGenerator[str]:
    """Its address."""
    app = web_app(build_server(settings, http or sandbox_client()), settings)
    server = Server(Config(app, log_config=None, timeout_graceful_shutdown=1))
    with listen(0) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield address(listener)
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def calling(
    address: str, key: str, era: Era = "auto", path: str = "/mcp"
) -> AsyncGenerator[Client]:
    """A host elsewhere, with that key."""
    headers = {"Authorization": f"Bearer {key}"}
    async with AsyncExitStack() as stack:
        if path == "/sse":
            transport = sse_client(f"{address}{path}", headers=headers)
        else:
            http = await stack.enter_async_context(AsyncClient(headers=headers, timeout=30))
            transport = streamable_http_client(f"{address}{path}", http_client=http)
        yield await stack.enter_async_context(Client(transport, mode=era))
