"""coasty_get_credits: what is left, and where it went."""

import pytest
from httpx2 import AsyncClient

from coasty_mcp.sandbox import World, sandbox_client
from support.fakes import Flaky, usage
from support.mcp_client import LIVE_KEY, Era, error, new_machine, seated, structured, text

CREDITS = "coasty_get_credits"


async def test_a_new_test_key_has_spent_nothing(era: Era, world: World) -> None:
    async with seated(era, world) as model:
        told = await model.call_tool(CREDITS, {})
    assert text(told).splitlines() == [
        "10000 credits ($100.00) left, test key.",
        "2026-05: 0 credits in 0 requests.",
    ]
    assert structured(told) == {
        "balance_credits": 10_000,
        "key_mode": "test",
        "period": "2026-05",
        "period_credits": 0,
        "period_requests": 0,
        "by_endpoint": {},
    }


async def test_a_live_key_pays_and_sees_for_what(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["live"])
    goal = {"machine_id": machine.id, "instruction": "Open the browser"}
    async with seated(era, http=sandbox_client(world, LIVE_KEY)) as model:
        await model.call_tool("coasty_predict", goal)
        told = await model.call_tool(CREDITS, {})
    assert text(told).startswith("9995 credits ($99.95) left, live key.\n2026-05: 5 credits in 2 ")
    assert "predict: 5 credits, 1 request" in text(told).splitlines()
    assert structured(told)["by_endpoint"]["predict"] == {"requests": 1, "credits": 5}


async def test_another_month_can_be_asked_for(world: World) -> None:
    async with seated(world=world) as model:
        told = await model.call_tool(CREDITS, {"period": "2026-04"})
    assert text(told).endswith("2026-04: 0 credits in 0 requests.")


async def test_the_tier_is_told_where_the_api_says_it(era: Era) -> None:
    async with seated(era, http=Flaky(usage(tier="pro")).client()) as model:
        told = await model.call_tool(CREDITS, {})
    assert "left, key of unknown kind, tier pro." in text(told)
    assert structured(told)["tier"] == "pro"


@pytest.mark.parametrize("period", ["2026-13", "May", "2026"])
async def test_what_is_no_month_is_refused_here(era: Era, http: AsyncClient, period: str) -> None:
    async with seated(era, http=http) as model:
        refused = await model.call_tool(CREDITS, {"period": period})
    assert text(refused).startswith("period must be a month as YYYY-MM.")
    assert "request_id" not in error(refused)


async def test_a_key_without_the_scope_is_told_which_one_it_needs(era: Era, world: World) -> None:
    key = world.mint(["predict", "machines:read"])
    async with seated(era, http=sandbox_client(world, key)) as model:
        refused = await model.call_tool(CREDITS, {})
    assert "It lacks the scope usage (it has machines:read, predict)." in text(refused)
    assert error(refused)["required_scope"] == "usage"
    assert key not in text(refused) + str(error(refused))
