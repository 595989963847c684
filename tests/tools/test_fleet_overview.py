"""All that costs money, or will, in one answer, with the call that ends each."""

import re

from httpx2 import AsyncClient, MockTransport, Request, Response

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.schedules import Schedule
from coasty_mcp.settings import Settings
from support.fakes import refusal
from support.full_account import fill_account
from support.mcp_client import LIVE_KEY, Era, new_machine, seated, structured, text, written_call

BILLING = "coasty_get_active_billing"
ALL = Settings(sandbox=True, toolsets=("all",))


async def test_what_costs_money_now_is_told_with_its_rate_and_lease(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["live"])
    async with seated(era, http=sandbox_client(world, LIVE_KEY), settings=ALL) as model:
        told = text(await model.call_tool(BILLING, {}))
    end = f'coasty_terminate_machine(machine_id="{machine.id}")'
    assert told.splitlines() == [
        f"{machine.id} (desk): running, 5 credits/h, no auto-destroy set. Ends by {end}.",
        "Machines in all: 5 credits an hour at live prices, 5 credits an hour billed.",
        "No schedule is enabled.",
        "No session is open.",
        "No run is under way.",
        "No workflow run is under way.",
    ]


async def test_on_a_test_key_live_prices_are_told(
    era: Era, world: World, machine: Machine, schedule: Schedule
) -> None:
    async with seated(era, world, settings=ALL) as model:
        billing = await model.call_tool(BILLING, {})
    assert "free as a test machine, live 5 credits/h" in text(billing)
    assert "next run Friday 2026-05-01 09:00 UTC, free as a test, live 10 credits" in text(billing)
    assert structured(billing)["live_rate_credits_per_hour"] == 5
    assert [each["id"] for each in structured(billing)["machines"]] == [machine.id]
    assert [each["id"] for each in structured(billing)["schedules"]] == [schedule.record.id]


async def test_following_each_ending_call_leaves_nothing_that_costs(era: Era, world: World) -> None:
    fill_account(world)
    async with seated(era, world, settings=ALL) as model:
        told = text(await model.call_tool(BILLING, {}))
        calls = re.findall(r"(?:Ends|Halts) by (coasty_\w+\(.*?\))", told)
        kinds = {call.partition("(")[0] for call in calls}
        for call in calls:
            done = await model.call_tool(*written_call(call))
            assert not done.is_error, text(done)
        after = text(await model.call_tool(BILLING, {}))
    assert {"coasty_terminate_machine", "coasty_pause_schedule", "coasty_close_session"} <= kinds
    assert {"coasty_cancel_run", "coasty_cancel_workflow_run"} <= kinds
    assert " by coasty_" not in after
    assert "0 credits an hour at live prices" in after


async def test_what_a_key_may_not_see_is_said_and_the_rest_is_told(era: Era) -> None:
    def answer(request: Request) -> Response:
        if request.url.path == "/v1/machines":
            return Response(
                200, json={"data": [{"id": "mch_1", "status": "stopped", "ttl_minutes": 60}]}
            )
        return refusal(403, "INSUFFICIENT_SCOPE")

    async with (
        AsyncClient(transport=MockTransport(answer), base_url="http://api/v1") as http,
        seated(era, http=http, settings=ALL) as model,
    ):
        billing = await model.call_tool(BILLING, {})
    assert "mch_1: stopped, 1 credit/h, destroyed 60 minutes after its start." in text(billing)
    for what in ("What is billed", "Schedules", "Sessions", "Runs", "Workflow runs"):
        line = f"{what}: not known. It says INSUFFICIENT_SCOPE"
        assert line in text(billing)
        assert any(
            each.startswith(f"{what}: not known.") for each in structured(billing)["unknown"]
        )


async def test_a_large_account_is_told_in_part(era: Era) -> None:
    machines = [{"id": f"mch_{number}", "status": "running"} for number in range(200)]

    def answer(request: Request) -> Response:
        found = machines if request.url.path == "/v1/machines" else []
        whole = {"data": found, "sessions": [], "active": [], "has_more": found == machines}
        return Response(200, json=whole)

    async with (
        AsyncClient(transport=MockTransport(answer), base_url="http://api/v1") as http,
        seated(era, http=http, settings=ALL) as model,
    ):
        told = text(await model.call_tool(BILLING, {}))
    assert "175 more of these are only in the data." in told
    assert "Machines: only the newest 200 are here, and there are more." in told
    assert "Schedules: only" not in told
    assert len(told) < 9_000
