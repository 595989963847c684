"""What is charged, counted, limited and remembered."""

from contextlib import suppress
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from coasty_mcp.api.errors import CoastyError, NoAnswer, OutcomeUnknown, Unreachable
from coasty_mcp.money import Budget
from coasty_mcp.money.prices import Price
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.settings import Settings
from support.mcp_client import (
    LIVE_KEY,
    Era,
    bodies,
    error,
    new_machine,
    recorded,
    seated,
    structured,
)
from support.mcp_client import text as text_of
from support.spending import used

PREDICT, GROUND, RUN, FLOW = (
    "coasty_predict",
    "coasty_ground",
    "coasty_start_run",
    "coasty_run_workflow",
)
LIVE = Settings(api_key=SecretStr(LIVE_KEY), toolsets=("all",))
TEST_KEY = SecretStr("sk-coasty-test-" + "0" * 48)
GO = {"instruction": "Open the browser"}
TASKS = {"steps": [{"id": "look", "type": "task", "task": "Look.", "max_steps": 10}]}


@pytest.fixture
def paid(world: World) -> Machine:
    """A machine that costs money."""
    return new_machine(world.accounts["live"])


def limited(most: int, **more: Any) -> Settings:
    return LIVE.model_copy(update={"max_credits": most, **more})


async def test_every_result_of_a_billed_call_says_what_it_cost(
    era: Era, world: World, paid: Machine
) -> None:
    async with seated(era, http=sandbox_client(world, LIVE_KEY), settings=LIVE) as model:
        first = await model.call_tool(PREDICT, {"machine_id": paid.id, **GO})
        second = await model.call_tool(
            GROUND, {"machine_id": paid.id, "element": "Browser icon", "preview": True}
        )
        free = await model.call_tool("coasty_get_machine", {"machine_id": paid.id})
    assert structured(first)["credits"] == {"charged": 5, "remaining": 9995, "session": 5}
    assert "\n5 credits charged, 9995 left, 5 this session.\n" in text_of(first)
    assert "\n3 credits charged, 9992 left, 8 this session.\n" in text_of(second)
    assert "credits" not in structured(free)
    assert "charged" not in text_of(free)


async def test_a_repeat_speaks_of_credits_only_where_the_first_call_did(
    era: Era, world: World, paid: Machine
) -> None:
    start = {"display_name": "bot", "ttl_minutes": 60, "idempotency_key": "k1"}
    save = {"machine_id": paid.id, "idempotency_key": "k2"}
    async with seated(era, http=sandbox_client(world, LIVE_KEY), settings=LIVE) as model:
        started = [await model.call_tool("coasty_provision_machine", start) for _ in range(2)]
        saved = [await model.call_tool("coasty_snapshot_machine", save) for _ in range(2)]
    assert structured(started[0]) == structured(started[1])
    assert text_of(started[0]) == text_of(started[1])
    assert structured(saved[0])["credits"] == {"charged": 1, "remaining": 9999, "session": 1}
    assert structured(saved[1])["credits"] == {"charged": 0, "session": 1}


@pytest.mark.parametrize(
    ("arguments", "price"),
    [({}, 5), ({"hd": True}, 6), ({"cua_version": "v1"}, 8), ({"instructions": "x" * 501}, 6)],
)
async def test_a_prediction_is_estimated_to_the_credit(
    world: World, paid: Machine, arguments: dict[str, Any], price: int
) -> None:
    asked = {"machine_id": paid.id, **GO, **arguments}
    async with seated(http=sandbox_client(world, LIVE_KEY), settings=LIVE) as model:
        refused = await model.call_tool(PREDICT, {**asked, "max_credits": price - 1})
        done = await model.call_tool(PREDICT, {**asked, "max_credits": price})
    assert (error(refused)["code"], error(refused)["estimate"]) == ("SPEND_LIMIT", price)
    assert structured(done)["credits"]["charged"] == price


async def test_pictures_from_before_are_part_of_the_estimate(world: World, paid: Machine) -> None:
    async with seated(http=sandbox_client(world, LIVE_KEY), settings=LIVE) as model:
        look = {"machine_id": paid.id}
        shots = [
            text_of(await model.call_tool("coasty_take_machine_screenshot", look)).split()[0]
            for _ in range(2)
        ]
        asked = {**look, **GO, "trajectory": shots, "hd": True}
        refused = await model.call_tool(PREDICT, {**asked, "max_credits": 1})
        done = await model.call_tool(PREDICT, asked)
    assert error(refused)["estimate"] == structured(done)["credits"]["charged"] == 5 + 2 * 2 + 3


async def test_a_session_grows_dearer_with_the_pictures_it_remembers(
    era: Era, world: World, paid: Machine
) -> None:
    async with seated(era, http=sandbox_client(world, LIVE_KEY), settings=LIVE) as model:
        made = await model.call_tool("coasty_create_session", {"machine_id": paid.id})
        step = {
            "session_id": structured(made)["session_id"],
            "machine_id": paid.id,
            **GO,
        }
        for price in (4, 6, 8, 10, 10):
            refused = await model.call_tool(
                "coasty_session_predict", {**step, "max_credits": price - 1}
            )
            done = await model.call_tool("coasty_session_predict", {**step, "max_credits": price})
            assert error(refused)["estimate"] == price
            assert structured(done)["credits"]["charged"] == price


async def test_a_call_that_could_pass_the_limit_is_not_sent(
    era: Era, world: World, paid: Machine
) -> None:
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    async with seated(era, http=http, settings=limited(12)) as model:
        for _ in range(2):
            await model.call_tool(PREDICT, {"machine_id": paid.id, **GO})
        refused = await model.call_tool(PREDICT, {"machine_id": paid.id, **GO})
    assert text_of(refused) == (
        "This could cost 5 credits, and COASTY_MAX_CREDITS is 12 (10 spent: 2 left). "
        "Ask the user whether to raise COASTY_MAX_CREDITS. (SPEND_LIMIT)"
    )
    facts = error(refused)
    assert (facts["limit"], facts["spent"], facts["estimate"]) == (12, 10, 5)
    assert len(bodies(sent, "predict")) == 2


async def test_calls_at_once_do_not_pass_the_limit_together(world: World, paid: Machine) -> None:
    refused: list[bool] = []
    async with seated(http=sandbox_client(world, LIVE_KEY), settings=limited(12)) as model:

        async def ask() -> None:
            done = await model.call_tool(PREDICT, {"machine_id": paid.id, **GO})
            refused.append(done.is_error)

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(ask)
    assert sorted(refused) == [False, False, True, True]


async def test_a_run_must_fit_with_all_of_its_steps(era: Era, world: World, paid: Machine) -> None:
    order = {"machine_id": paid.id, "task": "Look."}
    async with seated(era, http=sandbox_client(world, LIVE_KEY), settings=limited(60)) as model:
        refused = await model.call_tool(RUN, order)
        started = await model.call_tool(RUN, {**order, "max_steps": 10})
        second = await model.call_tool(RUN, {**order, "max_steps": 10})
    assert "max_steps=12 would fit." in text_of(refused)
    assert (error(refused)["estimate"], error(refused)["max_steps"]) == (250, 12)
    assert not started.is_error, text_of(started)
    assert "(0 spent, 50 set aside for what is under way: 10 left)" in text_of(second)


async def test_what_a_run_did_not_need_is_free_again(world: World, paid: Machine) -> None:
    order = {"machine_id": paid.id, "task": "Open the browser.", "max_steps": 10}
    quick = World(clock=world.now, pace=0)
    machine = new_machine(quick.accounts["live"])
    order["machine_id"] = machine.id
    async with seated(http=sandbox_client(quick, LIVE_KEY), settings=limited(60)) as model:
        run = structured(await model.call_tool(RUN, order))
        watched = {"status": "queued"}
        while watched["status"] in ("queued", "running"):
            watched = structured(await model.call_tool("coasty_watch_run", {"run_id": run["id"]}))
        seen = structured(await model.call_tool("coasty_get_run", {"run_id": run["id"]}))
        done = await model.call_tool(PREDICT, {"machine_id": machine.id, **GO})
    assert seen["credits_charged"] > 0
    assert structured(done)["credits"]["session"] == seen["credits_charged"] + 5


@pytest.mark.parametrize(
    ("given", "budget"),
    [({}, 30), ({"budget_cents": 20}, 20), ({"max_credits": 10}, 10), ({"budget_cents": 90}, 30)],
)
async def test_a_workflow_gets_what_is_left_as_its_budget(
    era: Era, world: World, paid: Machine, given: dict[str, int], budget: int
) -> None:
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    order = {"machine_id": paid.id, "definition": TASKS, **given}
    async with seated(era, http=http, settings=limited(30)) as model:
        started = await model.call_tool(FLOW, order)
        refused = await model.call_tool(FLOW, {**order, "max_credits": 2})
    assert not started.is_error, text_of(started)
    assert [body["budget_cents"] for body in bodies(sent, "workflows/runs")] == [budget]
    assert error(refused)["code"] == "SPEND_LIMIT"


async def test_a_workflow_without_a_limit_keeps_its_own_budget(world: World, paid: Machine) -> None:
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    async with seated(http=http, settings=LIVE) as model:
        await model.call_tool(FLOW, {"machine_id": paid.id, "definition": TASKS})
    [body] = bodies(sent, "workflows/runs")
    assert "budget_cents" not in body


def test_what_was_sent_and_never_answered_counts_as_spent() -> None:
    ledger = Budget(10)
    unknown = OutcomeUnknown("Gone.", idempotency_key="k")
    for failure, spent in [(Unreachable("No."), 0), (NoAnswer("Gone."), 3), (unknown, 6)]:
        with suppress(CoastyError), ledger.reserving(Price(3)):
            raise failure
        assert ledger.spent == spent
    with suppress(KeyboardInterrupt), ledger.reserving(Price(4)):
        raise KeyboardInterrupt
    assert (ledger.spent, ledger.room()) == (10, 0)


@pytest.mark.parametrize(
    ("budget", "price", "again"),
    [
        (Budget(free=True), Price(4), False),
        (Budget(), Price(4), True),
        (Budget(), Price(None), False),
    ],
    ids=["a test key", "a replay", "a price that nobody knows"],
)
def test_what_costs_nothing_and_is_cut_off_counts_as_nothing(
    budget: Budget, price: Price, again: bool
) -> None:
    with suppress(KeyboardInterrupt), budget.reserving(price, again=again):
        raise KeyboardInterrupt
    assert budget.spent == 0


def test_what_was_free_and_is_charged_all_the_same_counts() -> None:
    budget = Budget(10)
    used(budget, 0, 4)
    assert (budget.spent, budget.room()) == (4, 6)


async def test_a_failed_call_costs_nothing(world: World, paid: Machine) -> None:
    async with seated(http=sandbox_client(world, LIVE_KEY), settings=limited(5)) as model:
        nowhere = {"machine_id": paid.id, "element": "zebra"}
        assert (await model.call_tool(GROUND, nowhere)).is_error
        done = await model.call_tool(PREDICT, {"machine_id": paid.id, **GO})
    assert structured(done)["credits"]["session"] == 5


@pytest.mark.parametrize(
    ("settings", "mode", "sentence", "mark"),
    [
        (LIVE, "live", "The API key is live: it is billed.", "Live key"),
        (
            Settings(api_key=SecretStr("cua_sk_" + "0" * 48)),
            "live",
            "The API key is live: it is billed.",
            "Live key",
        ),
        (
            Settings(api_key=TEST_KEY),
            "test",
            "The API key is a test key: machines are simulated, nothing is billed.",
            "Test key, nothing is billed",
        ),
        (
            Settings(sandbox=True),
            "sandbox",
            "This is the sandbox: machines are simulated, nothing is billed;",
            "Sandbox, nothing is billed",
        ),
    ],
)
async def test_whose_money_it_is_stands_in_instructions_destructive_results_and_errors(
    era: Era, world: World, settings: Settings, mode: str, sentence: str, mark: str
) -> None:
    machine = new_machine(world.accounts["live"])
    http = sandbox_client(world, LIVE_KEY)
    async with seated(era, http=http, settings=settings) as model:
        assert sentence in (model.instructions or "")
        done = await model.call_tool("coasty_terminate_machine", {"machine_id": machine.id})
        read = await model.call_tool("coasty_get_machine", {"machine_id": machine.id})
        wrong = await model.call_tool("coasty_get_machine", {"machine_id": "mch_nobody"})
    assert structured(done)["mode"] == mode
    assert text_of(done).splitlines()[-1] == f"{mark}."
    assert "mode" not in structured(read)
    assert error(wrong)["mode"] == mode
