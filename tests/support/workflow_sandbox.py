"""A sandbox with a machine, and workflows that run on it."""

import json
from typing import Any

from httpx2 import AsyncClient, Response

from coasty_mcp.sandbox import World, sandbox_client
from support.sandbox_http import provision

Json = dict[str, Any]


def step(kind: str, name: str, **more: Any) -> Json:
    return {"id": name, "type": kind, **more}


def task(name: str, text: str = "Open the browser.", **more: Any) -> Json:
    return step("task", name, task=text, **more)


def check(left: Any, op: str, right: Any) -> Json:
    return step("assert", "check", condition={"op": op, "left": left, "right": right})


class WorkflowClient:
    """An HTTP client of the workflows; agents take no time."""

    def __init__(self, world: World | None = None) -> None:
        self.http: AsyncClient = sandbox_client(world or World(pace=0))

    async def call(self, method: str, path: str, body: object = None) -> Response:
        return await self.http.request(method, f"/workflows{path}", json=body)

    async def ok(self, method: str, path: str, body: object = None) -> Any:
        answer = await self.call(method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def start(self, *steps: Json, output: Json | None = None, **order: Any) -> str:
        """Start a run of these steps on a machine, and return its path."""
        machine = (await provision(self.http)).removeprefix("/machines/")
        definition = {"steps": list(steps)} | ({"output": output} if output else {})
        order = {"machine_id": machine, "definition": definition, **order}
        return f"/runs/{(await self.ok('POST', '/runs', order))['id']}"

    async def events(self, run: str, after: int = 0) -> list[Json]:
        """Return a run's events until it ends or waits for a person."""
        frames = (await self.call("GET", f"{run}/events?after={after}")).text.split("\n\n")
        lines = [line for frame in frames for line in frame.split("\n") if line[:5] == "data:"]
        return [json.loads(line[5:]) for line in lines]

    async def rest(self, run: str) -> Json:
        """Return the run when it has ended or waits for a person."""
        await self.events(run)
        while (now := await self.ok("GET", run))["status"] in ("queued", "running"):
            await self.events(run)
        return now

    async def end(self, run: str) -> Json:
        """Return the run when it has ended, with nobody answering it."""
        while (now := await self.rest(run))["finished_at"] is None:
            pass
        return now

    async def run(self, *steps: Json, **order: Any) -> Json:
        return await self.rest(await self.start(*steps, **order))


def failure(run: Json) -> tuple[str, str]:
    return run["status"], run["error"]["code"]


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
