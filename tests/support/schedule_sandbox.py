"""A sandbox with a machine, schedules on it, and a clock that the test moves."""

from typing import Any

from httpx2 import Response

from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from support.mcp_client import Clock


class ScheduleClient:
    """An HTTP client of the schedules, in front of a world of its own."""

    def __init__(self, key: str = SANDBOX_KEY, wallet_cents: int = 10_000) -> None:
        self.clock = Clock()
        self.world = World(clock=self.clock.now, wallet_cents=wallet_cents)
        self.http = sandbox_client(self.world, key)
        self.machine_id = ""

    async def call(self, method: str, path: str, json: object = None, **headers: str) -> Response:
        return await self.http.request(method, path, json=json, headers=headers)

    async def ok(self, method: str, path: str, json: object = None) -> Any:
        reply = await self.call(method, path, json)
        assert reply.is_success, reply.text
        return reply.json()

    async def machine(self) -> str:
        """Return the one machine of all schedules."""
        if not self.machine_id:
            reply = await self.ok(
                "POST", "/machines", {"display_name": "worker", "desktop_enabled": True}
            )
            self.machine_id = reply["machine"]["id"]
        return self.machine_id

    async def order(self, **changes: object) -> dict[str, object]:
        """Return the body that creates a schedule; a change to None leaves the field out."""
        usual = {
            "name": "briefing",
            "machine_id": await self.machine(),
            "task_prompt": "Open the browser.",
            "frequency": "hourly",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    async def schedule(self, **changes: object) -> str:
        """Create a schedule, and return its path."""
        made = await self.ok("POST", "/schedules", await self.order(**changes))
        return f"/schedules/{made['id']}"

    async def runs(self, path: str) -> list[dict[str, Any]]:
        return (await self.ok("GET", f"{path}/runs"))["data"]

    async def statuses(self, path: str) -> list[str]:
        return [run["status"] for run in await self.runs(path)]


def refused(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]
