"""A task is counted by both meters: its steps, and the hours of its machine until that is gone."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.tasks import StartTask, TaskMachine
from coasty_mcp.money import Budget, SpendLog
from coasty_mcp.sandbox import World, sandbox_client
from support.fakes import Flaky
from support.mcp_client import LIVE_KEY, Clock
from support.spending import client

HOUR = 3600
BEGUN = {"id": "r", "status": "queued", "machine": {"status": "provisioning"}}
ENDED = {
    "id": "r",
    "status": "succeeded",
    "credits_charged": 15,
    "created_at": "2026-05-01T08:00:00Z",
    "finished_at": "2026-05-01T10:00:00Z",
}


def task(os_type: Any = "linux", deadline: int | None = 4 * HOUR) -> StartTask:
    machine = TaskMachine(os_type=os_type)
    return StartTask(task="t", max_steps=10, deadline_seconds=deadline, machine=machine)


@pytest.mark.parametrize(
    ("ordered", "most"),
    [(task(), 50 + 20), (task("windows"), 50 + 36), (task(None), 50 + 36), (task(deadline=1), 51)],
)
async def test_the_worst_case_of_both_meters_is_set_aside(ordered: StartTask, most: int) -> None:
    budget = Budget(limit=1000)
    await client(Flaky(Response(201, json=BEGUN)), budget).runs.start_task(ordered)
    assert budget.room() == 1000 - most
    small = Budget(limit=most - 1)
    with pytest.raises(SpendLimit) as refused:
        await client(Flaky(), small).runs.start_task(ordered)
    assert refused.value.facts["estimate"] == most
    assert refused.value.facts["max_steps"] == 9


async def test_a_task_without_a_deadline_has_no_worst_case() -> None:
    with pytest.raises(SpendLimit, match="deadline_seconds"):
        await client(Flaky(), Budget(limit=1000)).runs.start_task(task(deadline=None))


@pytest.mark.parametrize(
    ("machine", "left"),
    [
        ({"cleanup_status": "terminated"}, 1000 - 15 - 10),
        ({"cleanup_status": "terminating"}, 1000 - 70),
        ({"cleanup_status": "failed"}, 1000 - 70),
        ({}, 1000 - 15 - 10),
        (None, 1000 - 15 - 10),
    ],
)
async def test_it_is_settled_when_its_machine_is_gone(machine: Any, left: int) -> None:
    budget = Budget(limit=1000)
    replies = Flaky(Response(201, json=BEGUN), Response(200, json={**ENDED, "machine": machine}))
    api = client(replies, budget)
    await api.runs.start_task(task())
    await api.runs.get("r")
    assert budget.room() == left


@pytest.mark.parametrize(("cleanup", "left"), [("terminating", 930), ("terminated", 967)])
async def test_after_a_restart_its_machine_is_known_by_its_run(
    tmp_path: Path, cleanup: str, left: int
) -> None:
    begun, ended = Response(201, json=BEGUN), {**ENDED, "machine": {"cleanup_status": cleanup}}
    before = Budget(1000, SpendLog(tmp_path, LIVE_KEY))
    await client(Flaky(begun), before).runs.start_task(task())
    after = Budget(1000, SpendLog(tmp_path, LIVE_KEY))
    await client(Flaky(Response(200, json=ended)), after).runs.get("r")
    assert after.room() == left


async def test_an_end_that_tells_no_time_counts_as_the_worst_case() -> None:
    budget = Budget(limit=1000)
    ended = {**ENDED, "created_at": None}
    api = client(Flaky(Response(201, json=BEGUN), Response(200, json=ended)), budget)
    await api.runs.start_task(task())
    await api.runs.get("r")
    assert (budget.spent, budget.room()) == (70, 1000 - 70)


async def test_in_the_sandbox_the_count_agrees_with_the_wallet() -> None:
    clock, budget = Clock(), Budget(limit=5000)
    world = World(clock=clock.now, sleep=clock.sleep, boot_seconds=30.0, pace=1800.0)
    api = client(sandbox_client(world, LIVE_KEY), budget)
    ordered = StartTask(
        task="Open the browser.",
        deadline_seconds=24 * HOUR,
        machine=TaskMachine(os_type="linux"),
    )
    run = await api.runs.start_task(ordered)
    async for _ in api.runs.stream_events(run.id):
        pass
    clock.pass_by(seconds=60)
    ended = await api.runs.get(run.id)
    assert ended.machine
    assert ended.machine.cleanup_status == "terminated"
    taken = 10_000 - world.accounts["live"].wallet.cents
    room = budget.room()
    assert room is not None
    assert 0 <= 5000 - room - taken <= 1  # the meter rounds down, the count rounds up
