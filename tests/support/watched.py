"""A person who watches a machine on the page of the live view, with a model beside them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import Sleep
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.mcp_client import Clock, structured

NAME = "<img src=x onerror=alert(1)>"
SETTINGS = Settings(sandbox=True, toolsets=("all",))


@dataclass
class Model:
    """A model with a machine, whose calls the person watches."""

    client: Client
    machine_id: str

    async def call(self, tool: str, **arguments: Any) -> Any:
        return await self.client.call_tool(tool, {"machine_id": self.machine_id, **arguments})

    async def act(self, command: str, **parameters: Any) -> Any:
        return await self.call(
            "coasty_execute_machine_action", command=command, parameters=parameters
        )

    async def address(self) -> str:
        return structured(await self.call("coasty_open_live_view"))["address"]


@asynccontextmanager
async def watched(
    sleep: Sleep | None = None,
    http: httpx2.AsyncClient | None = None,
    settings: Settings = SETTINGS,
    name: str = NAME,
) -> AsyncGenerator[Model]:
    door, http = LiveViewDoor(), http or sandbox_client(World())
    patience = sleep or Clock().sleep
    server = build_server(settings, TOOLSETS, http, patience, open_view=door.open)
    try:
        async with Client(server) as client:
            made = await client.call_tool("coasty_provision_machine", {"display_name": name})
            yield Model(client, structured(made)["machine"]["id"])
    finally:
        await door.close()


@dataclass
class Visitor:
    """Asks as the page does."""

    http: httpx2.AsyncClient
    address: str

    async def ask(self, kind: str, **request: Any) -> Any:
        """Return the facts of the answer, or the words of its error."""
        answer = await self.http.post(f"{self.address}/ask", json={"kind": kind, **request})
        said = answer.json()
        return said.get("error") or said["facts"]


@asynccontextmanager
async def page_of(model: Model) -> AsyncGenerator[Visitor]:
    """The page at an address of its own, which a person opened."""
    async with httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        yield Visitor(http, address)
