"""What ends a workflow before its last step: money, rounds and time."""

from collections.abc import AsyncGenerator

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world import workflow_limits as guards
from support.mcp_client import Clock
from support.workflow_sandbox import Json, WorkflowClient, check, failure, step, task


@pytest.fixture
async def flows() -> AsyncGenerator[WorkflowClient]:
    made = WorkflowClient()
    async with made.http:
        yield made


@pytest.fixture
async def timed() -> AsyncGenerator[WorkflowClient]:
    """Where a step takes a second of a clock that nobody waits for."""
    clock = Clock()
    made = WorkflowClient(World(clock=clock.now, pace=1, sleep=clock.sleep))
    async with made.http:
        yield made


@pytest.mark.parametrize(
    ("timeout", "deadline", "expected"),
    [(60, None, "AWAITING_HUMAN"), (60, 90, "AWAITING_HUMAN"), (60, 30, "DEADLINE_EXCEEDED")],
)
async def test_an_approval_that_nobody_gives_times_out(
    timed: WorkflowClient, timeout: int, deadline: int | None, expected: str
) -> None:
    ask = step("human_approval", "ask", timeout_seconds=timeout)
    run = await timed.end(await timed.start(ask, deadline_seconds=deadline))
    assert failure(run) == ("timed_out", expected)
    assert run["awaiting_step_id"] is None


async def test_a_budget_of_one_cent_allows_no_step(flows: WorkflowClient) -> None:
    run = await flows.run(task("t"), budget_cents=1)
    assert failure(run) == ("failed", "GUARD_EXCEEDED")
    assert run["spent_cents"] == 0


async def test_a_budget_ends_a_task_before_the_step_that_would_go_beyond_it(
    flows: WorkflowClient,
) -> None:
    run = await flows.run(task("t"), budget_cents=9)
    assert failure(run) == ("failed", "GUARD_EXCEEDED")
    assert run["spent_cents"] == 5


async def test_branches_at_once_do_not_go_beyond_the_budget_together(flows: WorkflowClient) -> None:
    branches = [[task("a")], [task("b")], [task("c")]]
    run = await flows.run(step("parallel", "p", branches=branches), budget_cents=12)
    assert failure(run) == ("failed", "GUARD_EXCEEDED")
    assert run["spent_cents"] <= 10


@pytest.mark.parametrize(
    ("loop", "order"),
    [({"count": 5}, {"max_iterations": 2}), ({"count": 5, "max_iterations": 2}, {})],
)
async def test_a_loop_must_not_exceed_its_iterations(
    flows: WorkflowClient, loop: Json, order: Json
) -> None:
    run = await flows.run(step("loop", "l", body=[check(1, "eq", 1)], **loop), **order)
    assert failure(run) == ("failed", "GUARD_EXCEEDED")
    assert run["iterations_used"] == 2


async def test_retries_in_retries_come_to_an_end(
    flows: WorkflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MOST_STEPS", 100)
    tower = check(1, "eq", 2)
    for level in range(4):
        tower = step("retry", f"r{level}", max_attempts=20, body=[tower])
    assert failure(await flows.run(tower)) == ("failed", "GUARD_EXCEEDED")


async def test_a_deadline_ends_the_run(timed: WorkflowClient) -> None:
    run = await timed.run(task("a"), task("b"), task("c"), deadline_seconds=3)
    assert failure(run) == ("timed_out", "DEADLINE_EXCEEDED")
