"""What a request costs at its worst, by every meter there is, and what would bound it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.client import Coasty
from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.api.wire.predict import TrajectoryStep
from coasty_mcp.api.wire.runs import StartRun
from coasty_mcp.api.wire.schedules import CreateSchedule, RunSchedule
from coasty_mcp.api.wire.sessions import CreateSession
from coasty_mcp.api.wire.tasks import StartTask, TaskMachine
from coasty_mcp.money import Budget
from support.client_calls import FIND, HOURLY, SCREEN
from support.drawings import plain_picture
from support.fakes import Flaky
from support.spending import SMALL, client
from support.thin_upstream import ThinUpstream

Call = Callable[[Coasty], Awaitable[Any]]
HD = plain_picture(1920, 1080).base64
EARLIER = [TrajectoryStep(screenshot=SCREEN), TrajectoryStep(screenshot=HD)]
ONCE = CreateSchedule(
    name="n", machine_id="m", task_prompt="t", run_at=datetime(2099, 1, 1, tzinfo=UTC)
)
STOPPED = Response(200, json={"machine": {"id": "m", "status": "stopped"}})


def predict(**more: Any) -> Call:
    return lambda api: api.predictions.predict(SMALL.model_copy(update=more))


def run(**more: Any) -> Call:
    return lambda api: api.runs.start(StartRun(task="t", machine_id="m", max_steps=10, **more))


def task(os_type: Any, **more: Any) -> Call:
    machine = TaskMachine(os_type=os_type)
    order = StartTask(task="t", max_steps=10, deadline_seconds=7200, machine=machine, **more)
    return lambda api: api.runs.start_task(order)


def machine(**more: Any) -> Call:
    order = ProvisionMachine(display_name="m", ttl_minutes=120, **more)
    return lambda api: api.machines.provision(order)


PRICES: dict[str, tuple[Call, int]] = {
    "a prediction": (predict(), 5),
    "a larger picture": (predict(screenshot=HD), 6),
    "a picture of unknown size": (predict(screen_width=None), 6),
    "the older model": (predict(cua_version="v1"), 8),
    "long instructions": (predict(instructions="x" * 501), 6),
    "a long system prompt": (predict(system_prompt="x" * 501), 6),
    "earlier pictures": (predict(trajectory=EARLIER), 5 + 2 * 2 + 1),
    "an element": (lambda api: api.predictions.ground(FIND), 3),
    "an element on a larger picture": (
        lambda api: api.predictions.ground(FIND.model_copy(update={"screenshot": HD})),
        4,
    ),
    "a session": (lambda api: api.sessions.create(CreateSession()), 10),
    "a run": (run(), 50),
    "a run of the older model": (run(cua_version="v1"), 80),
    "a task": (task("linux"), 50 + 10),
    "a task on Windows": (task("windows"), 50 + 18),
    "a task of the older model": (task(None, cua_version="v1"), 80 + 18),
    "a machine": (machine(os_type="linux"), 10),
    "a machine with Windows": (machine(os_type="windows"), 18),
    "a snapshot": (lambda api: api.machines.create_snapshot("m"), 1),
    "a schedule that runs once": (lambda api: api.schedules.create(ONCE), 3600),
    "a schedule's run": (lambda api: api.schedules.start_run("s", RunSchedule()), 3600),
    "a webhook": (lambda api: api.schedules.fire_webhook("whk_1", "s", b"{}", 1), 3600),
}


@pytest.mark.parametrize("name", PRICES)
async def test_a_request_is_priced_at_its_worst_by_every_meter(name: str) -> None:
    call, price = PRICES[name]
    refusing = client(nobody := Flaky(), Budget(price - 1))
    with pytest.raises(SpendLimit) as refused:
        await call(refusing)
    assert refused.value.facts["estimate"] == price
    assert nobody.requests == []
    await call(client(upstream := ThinUpstream(), Budget(price)))
    assert upstream.requests


UNBOUNDED: dict[str, tuple[Call, str]] = {
    "a machine": (
        lambda api: api.machines.provision(ProvisionMachine(display_name="m")),
        "ttl_minutes",
    ),
    "a start": (lambda api: api.machines.start("m"), "coasty_set_machine_ttl"),
    "a schedule": (lambda api: api.schedules.create(HOURLY), "run_at"),
    "a task": (lambda api: api.runs.start_task(StartTask(task="t")), "deadline_seconds"),
}


@pytest.mark.parametrize("name", UNBOUNDED)
async def test_an_argument_that_would_bound_the_cost_is_named(name: str) -> None:
    call, argument = UNBOUNDED[name]
    with pytest.raises(SpendLimit, match="has no bound") as refused:
        await call(client(Flaky(STOPPED), Budget(10_000)))
    assert argument in str(refused.value.facts["suggestion"])


async def test_what_the_caller_is_willing_to_pay_is_a_limit_too() -> None:
    refusing = client(nobody := Flaky(), Budget())
    with pytest.raises(SpendLimit, match="max_credits is 4"):
        await refusing.predictions.predict(SMALL, max_credits=4)
    assert nobody.requests == []
