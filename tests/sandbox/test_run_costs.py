"""What a run in the sandbox costs, and where it stops for want of money."""

import pytest

from coasty_mcp.sandbox import World
from support.mcp_client import Clock
from support.run_sandbox import RunClient
from support.sandbox_http import LIVE_KEY, code


@pytest.fixture
def api() -> RunClient:
    return RunClient()


AN_HOUR = 3600.0


@pytest.mark.parametrize(("version", "price"), [("v1", 8), ("v4", 5), ("v5", 5)])
async def test_a_live_run_pays_for_each_step(version: str, price: int) -> None:
    api = RunClient(key=LIVE_KEY)
    run = await api.outcome(cua_version=version)
    cost = run["steps_completed"] * price
    assert run["credits_charged"] == run["cost_cents"] == run["usage"]["cost_cents"] == cost
    usage = await api.ok("GET", "/usage")
    assert usage["wallet_balance_cents"] == 10_000 - cost
    assert usage["breakdown"]["runs"]["credits"] == cost


async def test_a_run_stops_when_the_wallet_is_empty() -> None:
    clock = Clock()
    api = RunClient(World(clock=clock.now, sleep=clock.sleep, wallet_cents=20), key=LIVE_KEY)
    order = await api.order()
    api.world.accounts["live"].wallet.cents = 5
    run = await api.outcome(**order)
    assert (run["status"], run["error"]["code"]) == ("failed", "WALLET_EXHAUSTED")
    assert (run["steps_completed"], run["credits_charged"]) == (1, 5)


@pytest.mark.parametrize("cents", [5, 9])
async def test_a_run_stops_when_its_machine_has_used_up_the_money(cents: int) -> None:
    clock = Clock()
    api = RunClient(World(clock=clock.now, sleep=clock.sleep, pace=AN_HOUR), key=LIVE_KEY)
    order = await api.order()
    api.world.accounts["live"].wallet.cents = cents
    run = await api.outcome(**order)
    assert (run["error"]["code"], run["steps_completed"]) == ("WALLET_EXHAUSTED", 0)


@pytest.mark.parametrize(("version", "cents"), [("v1", 7), ("v5", 4)])
async def test_no_run_starts_without_the_money_for_a_step(version: str, cents: int) -> None:
    api = RunClient(key=LIVE_KEY)
    order = await api.order(cua_version=version)
    api.world.accounts["live"].wallet.cents = cents
    answer = await api.http.post("/runs", json=order)
    assert (answer.status_code, code(answer)) == (402, "INSUFFICIENT_CREDITS")
    assert (await api.ok("GET", "/runs"))["data"] == []
