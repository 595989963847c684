"""What a schedule may cost is bounded, or it is not sent; what a run of it cost, its end says."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.schedules import CreateSchedule, CreateTrigger, UpdateSchedule
from coasty_mcp.money import Budget
from support.client_calls import CALLS, HOURLY
from support.fakes import Flaky
from support.mcp_client import A_FRIDAY
from support.spending import client
from support.thin_upstream import ThinUpstream

IN_AN_HOUR = (A_FRIDAY + timedelta(hours=1)).isoformat()


def ends(**facts: Any) -> dict[str, Any]:
    """Return the run of a schedule that has ended and cost nothing."""
    return {"id": "r", "schedule_id": "sch_1", "credits_charged": 0, **facts}


@pytest.mark.parametrize(
    "ended",
    [
        ends(status="skipped", trigger="run_at", credits_charged=None),
        ends(status="insufficient_credits", trigger="cron", credits_charged=None),
        ends(status="completed", trigger="cron"),
        ends(status="failed", trigger="run_at"),
        ends(status="cancelled", trigger="cron"),
    ],
    ids=lambda ended: ended["status"],
)
async def test_a_schedule_is_bounded_only_by_running_once(ended: dict[str, Any]) -> None:
    made = Response(201, json={"id": "sch_1"})
    budget = Budget(5000)
    api = client(Flaky(made, Response(200, json={"data": [ended]}), made), budget)
    with pytest.raises(SpendLimit, match="Give run_at instead: one run costs 3600 credits"):
        await api.schedules.create(HOURLY)
    order = {"name": "n", "machine_id": "m", "task_prompt": "t", "run_at": IN_AN_HOUR}
    await api.schedules.create(CreateSchedule.model_validate(order))
    with pytest.raises(SpendLimit, match="3600 set aside"):
        await api.schedules.create(CreateSchedule.model_validate(order))
    await api.schedules.list_runs("sch_1", 5)
    assert (budget.spent, budget.room()) == (0, 5000)
    await api.schedules.create(CreateSchedule.model_validate(order))


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"name": "m", "task_prompt": "t"}, True),
        ({"enabled": False, "cron": "* * * * *"}, True),
        ({"enabled": True}, False),
        ({"frequency": "every_15_minutes"}, False),
        ({"cron": "* * * * *"}, False),
        ({"timezone": "Europe/Berlin"}, False),
        ({"time": "08:30"}, False),
        ({"day_of_week": 1}, False),
        ({"day_of_month": 1}, False),
    ],
)
async def test_only_what_says_when_a_schedule_runs_can_cost(
    changes: dict[str, Any], sent: bool
) -> None:
    upstream = ThinUpstream()
    change = client(upstream, Budget(0)).schedules.update("s", UpdateSchedule(**changes))
    if not sent:
        with pytest.raises(SpendLimit):
            await change
    else:
        await change
    assert len(upstream.requests) == sent


async def test_a_trigger_that_cannot_fire_costs_nothing() -> None:
    trigger = CreateTrigger(kind="webhook", enabled=False)
    assert (await client(ThinUpstream(), Budget(0)).schedules.add_trigger("s", trigger)).id


@pytest.mark.parametrize(("seconds", "cost"), [(61, 20), (301, 60)])
async def test_a_schedules_run_is_set_aside_until_its_cost_is_known(
    seconds: int, cost: int
) -> None:
    done = {"id": "r", "status": "completed", "duration_seconds": seconds}
    upstream = Flaky(
        Response(200, json={"run_id": "r"}),
        Response(200, json={"data": [{"id": "r", "status": "running"}]}),
        Response(200, json={"data": [done]}),
    )
    budget = Budget(4000)
    api = client(upstream, budget)
    await CALLS["schedules.start_run"](api)
    await api.schedules.list_runs("s", 5)
    assert budget.room() == 400
    await api.schedules.list_runs("s", 5)
    assert (budget.spent, budget.room()) == (cost, 4000 - cost)
