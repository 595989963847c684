"""A limit holds by every meter there is: what could pass it is not sent."""

from datetime import timedelta
from typing import Any

import anyio
import pytest
from httpx2 import Response

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.machines import ProvisionMachine, UpdateMachine
from coasty_mcp.api.wire.predict import PredictRequest
from coasty_mcp.api.wire.runs import ResumeRun
from coasty_mcp.api.wire.sessions import CreateSession, SessionPredict
from coasty_mcp.api.wire.workflows import ResumeWorkflowRun
from coasty_mcp.money import Budget
from coasty_mcp.sandbox import World, sandbox_client
from support.client_calls import BOT, CALLS
from support.fakes import Flaky
from support.mcp_client import A_FRIDAY, LIVE_KEY, Clock
from support.spending import SMALL, client, screen_of
from support.thin_upstream import ThinUpstream

COSTS = {
    *("predictions.predict", "predictions.ground", "sessions.create", "sessions.predict"),
    *("machines.provision", "machines.start", "machines.set_ttl", "machines.create_snapshot"),
    *(
        "runs.start",
        "runs.start_task",
        "runs.resume",
        "workflows.start_run",
        "workflows.resume_run",
    ),
    *("schedules.create", "schedules.resume", "schedules.start_run"),
    *("schedules.add_trigger", "schedules.fire_webhook"),
}


@pytest.mark.parametrize("name", CALLS)
async def test_with_a_limit_of_0_nothing_is_sent_that_can_cost(name: str) -> None:
    upstream = ThinUpstream()
    api = client(upstream, Budget(0))
    if name in COSTS:
        with pytest.raises(SpendLimit):
            await CALLS[name](api)
        assert {request.method for request in upstream.requests} <= {"GET"}
    else:
        await CALLS[name](api)
        assert upstream.requests


@pytest.mark.parametrize(
    ("wanted", "limit", "advice"),
    [
        ({}, 1000, "Give ttl_minutes, which bounds it."),
        ({"ttl_minutes": 600}, 20, "ttl_minutes=240 would fit."),
        ({"ttl_minutes": 600, "os_type": "windows"}, 9, "ttl_minutes=60 would fit."),
        ({"ttl_minutes": 600}, 0, "Ask the user whether to raise COASTY_MAX_CREDITS."),
    ],
)
async def test_a_machine_must_fit_with_all_its_hours(
    wanted: dict[str, Any], limit: int, advice: str
) -> None:
    upstream = ThinUpstream()
    bot = ProvisionMachine.model_validate({"display_name": "bot", **wanted})
    with pytest.raises(SpendLimit) as refused:
        await client(upstream, Budget(limit)).machines.provision(bot)
    assert refused.value.facts["suggestion"] == advice
    assert upstream.requests == []


async def test_a_machine_sets_its_hours_aside_until_it_is_gone(world: World, clock: Clock) -> None:
    budget = Budget(30, now=lambda: moment[0])
    api, moment = client(sandbox_client(world, LIVE_KEY), budget), [A_FRIDAY]
    bot = ProvisionMachine(display_name="bot", ttl_minutes=300)
    machine = (await api.machines.provision(bot)).machine.id
    assert (budget.spent, budget.room()) == (0, 5)
    with pytest.raises(SpendLimit, match="25 set aside"):
        await api.machines.provision(bot)
    await api.machines.stop(machine)
    clock.pass_by(minutes=10)
    assert (await api.machines.get(machine)).machine.status == "stopped"
    assert (budget.spent, budget.room()) == (0, 5)
    moment[0] += timedelta(minutes=61)
    await api.machines.terminate(machine)
    assert (budget.spent, budget.room()) == (6, 24)


async def test_what_a_replayed_machine_costs_is_set_aside_once(world: World) -> None:
    budget = Budget(60)
    api = client(sandbox_client(world, LIVE_KEY), budget)
    bot = ProvisionMachine(display_name="bot", ttl_minutes=300)
    for _ in range(2):
        await api.machines.provision(bot, "mine")
    assert budget.room() == 35


def machine(**fields: Any) -> Response:
    return Response(
        200, json={"machine": {"id": "m", "status": "stopped", "os_type": "linux", **fields}}
    )


IN_AN_HOUR = (A_FRIDAY + timedelta(hours=1)).isoformat()


async def test_to_start_a_machine_costs_its_hours_until_it_is_destroyed() -> None:
    upstream = Flaky(machine(), machine(auto_destroy_at=IN_AN_HOUR), machine(), machine())
    api = client(upstream, Budget(6, now=lambda: A_FRIDAY))
    with pytest.raises(SpendLimit, match="coasty_set_machine_ttl"):
        await api.machines.start("m")
    budget = Budget(6, now=lambda: A_FRIDAY)
    await client(upstream, budget).machines.start("m")
    assert budget.room() == 1
    assert [request.method for request in upstream.requests] == ["GET", "GET", "POST"]


@pytest.mark.parametrize(
    ("until", "minutes", "sent"),
    [
        (None, 600, True),
        (None, 0, True),
        (IN_AN_HOUR, 30, True),
        (IN_AN_HOUR, 0, False),
        (IN_AN_HOUR, 120, True),
        (IN_AN_HOUR, 240, False),
    ],
)
async def test_a_ttl_costs_the_hours_by_which_a_machine_lives_longer(
    until: str | None, minutes: int, sent: bool
) -> None:
    upstream = Flaky(machine(auto_destroy_at=until), Response(200, json={}))
    change = client(upstream, Budget(6, now=lambda: A_FRIDAY)).machines.set_ttl(
        "m", UpdateMachine(ttl_minutes=minutes)
    )
    if not sent:
        with pytest.raises(SpendLimit):
            await change
    else:
        await change
    assert len(upstream.requests) == 1 + sent


@pytest.mark.parametrize(
    ("run", "sent"),
    [
        ({"max_steps": 10, "steps_completed": 4}, True),
        ({"max_steps": 10, "steps_completed": 3}, False),
        ({"max_steps": 5, "steps_completed": 1, "cua_version": "v1"}, False),
        ({}, False),
    ],
)
async def test_a_run_of_somebody_else_is_resumed_if_its_steps_fit(
    run: dict[str, Any], sent: bool
) -> None:
    seen = Response(200, json={"id": "r", "status": "awaiting_human", **run})
    upstream = Flaky(seen, seen)
    budget = Budget(30)
    going = client(upstream, budget).runs.resume("r", ResumeRun())
    if not sent:
        with pytest.raises(SpendLimit):
            await going
    else:
        await going
        assert (budget.spent, budget.room()) == (0, 0)
    assert len(upstream.requests) == 1 + sent


@pytest.mark.parametrize(
    ("run", "sent"),
    [({"budget_cents": 40, "spent_cents": 10}, True), ({"budget_cents": 41}, False), ({}, False)],
)
async def test_a_workflow_run_of_somebody_else_is_resumed_if_its_budget_fits(
    run: dict[str, Any], sent: bool
) -> None:
    seen = Response(200, json={"id": "r", "status": "awaiting_human", **run})
    upstream = Flaky(seen, seen)
    budget = Budget(30)
    going = client(upstream, budget).workflows.resume_run("r", ResumeWorkflowRun())
    if not sent:
        with pytest.raises(SpendLimit):
            await going
    else:
        await going
        assert (budget.spent, budget.room()) == (0, 0)
    assert len(upstream.requests) == 1 + sent


async def at_once(calls: int, call: Any) -> int:
    """Return how many of the calls were made, not refused by the limit."""
    made = 0

    async def one() -> None:
        nonlocal made
        try:
            await call()
            made += 1
        except SpendLimit:
            pass

    async with anyio.create_task_group() as tasks:
        for _ in range(calls):
            tasks.start_soon(one)
    return made


async def test_fifty_predictions_at_once_never_pass_the_limit(world: World) -> None:
    budget = Budget(52)
    wallet = world.accounts["live"].wallet
    before, picture = wallet.cents, await screen_of(world)
    asked = PredictRequest(
        screenshot=picture, instruction="Open the browser", screen_width=1280, screen_height=720
    )
    api = client(sandbox_client(world, LIVE_KEY), budget)
    assert await at_once(50, lambda: api.predictions.predict(asked)) == 8
    assert before - wallet.cents == budget.spent == 8 * 6


async def test_steps_of_one_session_at_once_are_priced_as_they_grow_dearer(world: World) -> None:
    budget = Budget(100)
    wallet = world.accounts["live"].wallet
    picture = await screen_of(world)
    api = client(sandbox_client(world, LIVE_KEY), budget)
    wanted = CreateSession(screen_width=1280, screen_height=720, max_trajectory_length=20)
    session = (await api.sessions.create(wanted)).session_id
    before = wallet.cents
    step = SessionPredict(screenshot=picture, instruction="Open the browser")
    assert await at_once(50, lambda: api.sessions.predict(session, step)) == 6
    assert before - wallet.cents == budget.spent - 10 == sum(5 + 3 * n for n in range(6))


async def test_what_has_no_bound_is_not_what_the_caller_would_pay() -> None:
    upstream = ThinUpstream()
    api = client(upstream, Budget())
    await api.machines.provision(BOT)  # without a limit, as before
    with pytest.raises(SpendLimit, match="max_credits is 2"):
        await api.predictions.predict(SMALL, max_credits=2)
