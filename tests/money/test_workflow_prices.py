"""A workflow is counted by both meters: its steps, and the hours of a machine that it may get."""

import json
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.workflows import StartWorkflowRun
from coasty_mcp.money import Budget
from support.fakes import Flaky
from support.spending import client

BEGUN = {"id": "r", "status": "queued"}
ENDED = {
    "id": "r",
    "status": "succeeded",
    "spent_cents": 5,
    "created_at": "2026-05-01T08:00:00Z",
    "finished_at": "2026-05-01T09:00:00Z",
}
TWO_HOURS = 7200


def flow(machine_id: str | None = None, **more: Any) -> StartWorkflowRun:
    """Ten steps, on that machine or on one of its own."""
    task = {"id": "a", "type": "task", "task": "Look.", "max_steps": 10, "machine_id": machine_id}
    steps = [{name: value for name, value in task.items() if value}]
    return StartWorkflowRun(definition={"steps": steps}, **more)


@pytest.mark.parametrize(
    ("workflow_id", "run", "most"),
    [
        (None, flow("mch_1"), 50),
        (None, flow().model_copy(update={"machine_id": "mch_1"}), 50),
        (None, flow(deadline_seconds=TWO_HOURS), 50 + 18),
        (None, flow(deadline_seconds=TWO_HOURS, budget_cents=20), 20 + 18),
        ("wf_1", StartWorkflowRun(budget_cents=30, machine_id="mch_1"), 30),
        ("wf_1", StartWorkflowRun(budget_cents=30, deadline_seconds=TWO_HOURS), 30 + 18),
        ("wf_1", StartWorkflowRun(deadline_seconds=TWO_HOURS), 1000),
    ],
)
async def test_the_worst_case_of_both_meters_is_set_aside(
    workflow_id: str | None, run: StartWorkflowRun, most: int
) -> None:
    budget = Budget(limit=1000)
    await client(Flaky(Response(201, json=BEGUN)), budget).workflows.start_run(workflow_id, run)
    assert budget.room() == 1000 - most


@pytest.mark.parametrize("run", [flow(), StartWorkflowRun(budget_cents=30)])
async def test_the_hours_of_its_own_machine_have_no_bound_without_a_deadline(
    run: StartWorkflowRun,
) -> None:
    with pytest.raises(SpendLimit, match="Give machine_id, or deadline_seconds"):
        await client(Flaky(), Budget(limit=1000)).workflows.start_run("wf_1", run)


async def test_what_acts_on_no_machine_is_free_without_a_deadline() -> None:
    run = StartWorkflowRun(definition={"steps": [{"id": "a", "type": "succeed"}]})
    budget, upstream = Budget(limit=0), Flaky(Response(201, json=BEGUN))
    await client(upstream, budget).workflows.start_run(None, run)
    assert budget.room() == 0
    assert "budget_cents" not in json.loads(upstream.requests[0].content)


async def test_its_end_settles_the_steps_and_the_hours() -> None:
    budget = Budget(limit=1000)
    api = client(Flaky(Response(201, json=BEGUN), Response(200, json=ENDED)), budget)
    await api.workflows.start_run(None, flow(deadline_seconds=TWO_HOURS))
    await api.workflows.get_run("r")
    assert budget.room() == 1000 - 5 - 9
