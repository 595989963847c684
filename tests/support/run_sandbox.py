"""A sandbox with a machine and runs on it, in process or on a port of this computer."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from httpx2 import AsyncClient, Response
from starlette.applications import Starlette
from uvicorn import Config, Server

from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from coasty_mcp.transports.web_server import address, listen
from support.mcp_client import Clock

Json = dict[str, Any]
Event = tuple[int, str, Json]

FOR_EVER = 3600.0  # seconds that a step takes when a test wants to catch a run at work


class RunClient:
    """An HTTP client of the runs, in front of a world of its own."""

    def __init__(
        self,
        world: World | None = None,
        http: AsyncClient | None = None,
        key: str = SANDBOX_KEY,
    ) -> None:
        clock = Clock()
        self.world = world or World(clock=clock.now, sleep=clock.sleep)
        self.http = http or sandbox_client(self.world, key)
        self.machine_id = ""

    async def ok(self, method: str, path: str, json: object = None) -> Any:
        reply = await self.http.request(method, path, json=json)
        assert reply.is_success, reply.text
        return reply.json()

    async def order(self, task: str = "Open the browser.", **more: object) -> Json:
        """Return the body that starts a run on the one machine of all runs."""
        if not self.machine_id:
            made = await self.ok(
                "POST", "/machines", {"display_name": "worker", "desktop_enabled": True}
            )
            self.machine_id = made["machine"]["id"]
        return {"machine_id": self.machine_id, "task": task, **more}

    async def start(self, task: str = "Open the browser.", **more: object) -> str:
        """Start a run, and return its path."""
        return f"/runs/{(await self.ok('POST', '/runs', await self.order(task, **more)))['id']}"

    async def events(self, path: str, after: int = 0) -> list[Event]:
        """Return a run's events until it ends or waits for a person."""
        events: list[Event] = []
        while not events or events[-1][1] not in ("done", "awaiting_human"):
            seen = events[-1][0] if events else after
            events += parse_events(await self.http.get(f"{path}/events?after={seen}"))
        return events

    async def outcome(self, task: str = "Open the browser.", **more: object) -> Json:
        """Start a run, and return it when it has ended."""
        path = await self.start(task, **more)
        while (await self.events(path))[-1][1] != "done":
            pass
        return await self.ok("GET", path)


def parse_events(answer: Response) -> list[Event]:
    """Return number, name and data of each event in a stream."""
    assert answer.headers["Content-Type"].startswith("text/event-stream"), answer.text
    found: list[Event] = []
    for frame in answer.text.split("\n\n"):
        lines = [line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":")]
        if fields := dict(lines):
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


@dataclass
class ServedSandbox:
    url: str
    server: Server

    def cut(self) -> None:
        """Break all connections off, as a bad network does."""
        for connection in self.server.server_state.connections:
            if connection.transport:
                connection.transport.abort()


@asynccontextmanager
async def served(app: Starlette) -> AsyncGenerator[ServedSandbox]:
    with listen(0) as listener:
        server = Server(Config(app, log_level="critical", lifespan="off", ws="none"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            try:
                yield ServedSandbox(address(listener), server)
            finally:
                server.should_exit = server.force_exit = True
