"""The two operations that the vendor's reference has and its OpenAPI document has not.

`tests/support/new_operations.json` writes down what the reference says of them.
"""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from httpx2 import AsyncClient
from pydantic import BaseModel

from coasty_mcp.api.rules import flat_schema
from coasty_mcp.api.wire import policy, tasks
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.api_keys import SCOPES
from support.mcp_client import Clock
from support.run_sandbox import RunClient
from support.sandbox_http import LIVE, LIVE_KEY, code

Json = dict[str, Any]

WRITTEN: Json = json.loads(
    (Path(__file__).parents[1] / "support" / "new_operations.json").read_text(encoding="utf-8")
)
REQUESTS: dict[str, type[BaseModel]] = {
    "Task": tasks.StartTask,
    "Machine": tasks.TaskMachine,
    "Proxy": tasks.TaskProxy,
    "ActionPolicy": policy.ActionPolicy,
    "Bounds": policy.CoordinateBounds,
}
GOAL: Json = {"task": "Open the browser."}


class TaskClient(RunClient):
    """An HTTP client of tasks, whose machines take half a minute to come and to go."""

    def __init__(self, boot_seconds: float = 30.0, pace: float = 0.05) -> None:
        self.clock = Clock()
        now, sleep = self.clock.now, self.clock.sleep
        world = World(clock=now, sleep=sleep, boot_seconds=boot_seconds, pace=pace)
        super().__init__(world, key=LIVE_KEY)

    async def start_task(self, task: str = "Open the browser.", **more: object) -> Json:
        return await self.ok("POST", "/tasks", {"task": task, **more})

    async def ended(self, run: Json) -> Json:
        """Return the run when it has ended; its machine may still be there."""
        path = f"/runs/{run['id']}"
        while (await self.events(path))[-1][1] != "done":
            pass
        return await self.ok("GET", path)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_has_the_fields_and_limits_that_the_reference_has(name: str) -> None:
    ours, theirs = flat_schema(REQUESTS[name]), WRITTEN["requests"][name]
    assert ours["properties"].keys() == theirs["properties"].keys()
    assert sorted(ours["required"]) == theirs["required"]
    for field, limits in theirs["properties"].items():
        assert {word: ours["properties"][field].get(word) for word in limits} == limits, field


@pytest.mark.parametrize("name", WRITTEN["operations"])
async def test_an_operation_needs_its_scope_and_repeats_where_it_is_said(name: str) -> None:
    operation, world = WRITTEN["operations"][name], World(pace=0)
    client = RunClient(world)
    run = (await client.ok("POST", "/tasks", GOAL))["id"]
    path = operation["path"].removeprefix("/v1").replace("{run_id}", run)
    body = GOAL if operation["method"] == "POST" else None
    headers = {"Idempotency-Key": "twice"}
    first, again = [
        await client.http.request(operation["method"], path, json=body, headers=headers)
        for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (operation["status"],) * 2
    replayed = again.headers.get("X-Coasty-Idempotent-Replay") == "true"
    assert replayed is operation["keyed"]
    async with sandbox_client(world, world.mint(SCOPES - {operation["scope"]})) as http:
        refused = await http.request(operation["method"], path, json=body)
    assert refused.json()["error"]["required_scope"] == operation["scope"]


async def test_a_task_gets_a_machine_works_on_it_and_gives_it_back() -> None:
    api = TaskClient()
    begun = await api.start_task(metadata={"team": "qa"})
    jsonschema.validate(begun["machine"], WRITTEN["replies"]["machine"])
    assert (begun["object"], begun["status"], begun["max_steps"]) == ("agent.run", "queued", 150)
    assert begun["machine_id"] is None
    assert begun["on_awaiting_human"] == "fail"
    assert begun["machine"]["status"] == "provisioning"
    ended = await api.ended(begun)
    jsonschema.validate(ended["machine"], WRITTEN["replies"]["machine"])
    assert (ended["status"], ended["result"]["passed"]) == ("succeeded", True)
    assert ended["machine"]["id"] == ended["machine_id"]
    assert ended["machine"]["cleanup_status"] == "terminating"
    api.clock.pass_by(seconds=30)
    gone = (await api.ok("GET", f"/runs/{begun['id']}"))["machine"]
    assert (gone["status"], gone["cleanup_status"]) == ("released", "terminated")
    assert (await api.ok("GET", "/machines"))["data"] == []


async def test_a_task_costs_its_steps_and_its_machine() -> None:
    api = TaskClient(pace=1800.0)
    ended = await api.ended(await api.start_task(deadline_seconds=86_400))
    wallet = api.world.accounts["live"].wallet.cents
    assert ended["credits_charged"] == 5 * ended["steps_completed"]
    assert 10_000 - wallet == ended["credits_charged"] + 5 * ended["steps_completed"] // 2


async def test_the_deadline_counts_from_the_start_of_the_machine() -> None:
    api = TaskClient(boot_seconds=600.0)
    ended = await api.ended(await api.start_task(deadline_seconds=60))
    assert (ended["status"], ended["error"]["code"]) == ("timed_out", "DEADLINE_EXCEEDED")
    assert ended["machine_id"] is None
    assert ended["machine"]["status"] == "failed"


async def test_a_cancelled_task_gives_its_machine_back() -> None:
    api = TaskClient(pace=3600.0)
    begun = await api.start_task(deadline_seconds=86_400)
    await api.ok("POST", f"/runs/{begun['id']}/cancel")
    ended = await api.ended(begun)
    api.clock.pass_by(seconds=60)
    ended = await api.ok("GET", f"/runs/{begun['id']}")
    assert (ended["status"], ended["machine"]["cleanup_status"]) == ("cancelled", "terminated")
    assert (await api.ok("GET", "/machines"))["data"] == []


async def test_a_task_never_waits_for_a_person() -> None:
    api = TaskClient()
    ended = await api.ended(await api.start_task("Pay. [pause]"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "AWAITING_HUMAN")
    answer = await api.http.post(f"/runs/{ended['id']}/resume", json={})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "surprise": 1}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "max_steps": 1001}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "machine": {"provider": "moon"}}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "machine": {"restore_from_snapshot": True}}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "metadata": {str(n): n for n in range(51)}}, 422, "VALIDATION_ERROR"),
        ({**GOAL, "llm": {"provider": "openai"}}, 422, "LLM_PROVIDER_UNSUPPORTED"),
    ],
)
async def test_a_wrong_task_is_refused(
    http: AsyncClient, body: Json, status: int, expected: str
) -> None:
    answer = await http.post("/tasks", json=body)
    assert (answer.status_code, code(answer)) == (status, expected)
    assert (await http.get("/machines")).json()["data"] == []


async def test_a_task_needs_twenty_credits() -> None:
    async with sandbox_client(World(wallet_cents=19), LIVE_KEY) as http:
        answer = await http.post("/tasks", json=GOAL, headers=LIVE)
    assert (answer.status_code, code(answer)) == (402, "INSUFFICIENT_CREDITS")


async def test_what_the_agent_saw_outlives_the_machine() -> None:
    api = TaskClient()
    run = await api.ended(await api.start_task())
    api.clock.pass_by(minutes=5)
    path = f"/runs/{run['id']}/screenshots"
    listed = await api.http.get(path)
    jsonschema.validate(listed.json(), WRITTEN["replies"]["screenshots"])
    assert "Cache-Control" not in listed.headers
    assert "image_b64" not in listed.text
    assert [each["step"] for each in listed.json()["data"]] == [1, 2]
    shown = await api.http.get(f"{path}?include_image=true&after_index=0&limit=1")
    assert shown.headers["Cache-Control"] == "no-store"
    [one] = shown.json()["data"]
    picture = base64.b64decode(one["image_b64"])
    assert (one["index"], one["size_bytes"]) == (1, len(picture))
    assert one["sha256"] == sha256(picture).hexdigest()


@pytest.mark.parametrize(
    ("query", "expected"),
    [("after_index=-1", "VALIDATION_ERROR"), ("limit=0", "INVALID_LIMIT")],
)
async def test_a_wrong_page_of_screenshots_is_refused(query: str, expected: str) -> None:
    api = TaskClient()
    run = await api.start_task()
    answer = await api.http.get(f"/runs/{run['id']}/screenshots?{query}")
    assert code(answer) == expected
