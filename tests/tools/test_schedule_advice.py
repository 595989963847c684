"""What a schedule's tools say of its times and of its machine, before a run is lost."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Request
from mcp.types import CallToolResult

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.schedules import Schedule
from coasty_mcp.settings import Settings
from support.mcp_client import Era, bodies, error, new_machine, seated, structured, text

CREATE, UPDATE, GET = "coasty_create_schedule", "coasty_update_schedule", "coasty_get_schedule"
RUN, RESUME = "coasty_run_schedule_now", "coasty_resume_schedule"
TERMINATE, TTL = "coasty_terminate_machine", "coasty_set_machine_ttl"
WITH_FLEET = Settings(sandbox=True, toolsets=("machines", "schedules", "fleet"))


def order(machine: Machine, **times: Any) -> dict[str, Any]:
    return {"name": "mail", "machine_id": machine.id, "task_prompt": "Open the browser.", **times}


def warnings(result: CallToolResult) -> str:
    """Return the warnings, which must be the same in both forms."""
    told = structured(result).get("warnings", [])
    assert all(f"Warning: {each}" in text(result) for each in told)
    return " ".join(told)


async def test_cron_alone_is_enough(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    async with seated(era, http=http) as model:
        created = await model.call_tool(CREATE, order(machine, cron="0 9 * * 1-5"))
    [body] = bodies(sent, "schedules")
    assert (body["frequency"], body["cron"]) == ("custom", "0 9 * * 1-5")
    assert not created.is_error


@pytest.mark.parametrize("spelt", ["weekdays", "every weekday", "Weekday", "mon-fri"])
@pytest.mark.parametrize(
    ("time", "cron"), [({"time": "8:30"}, "30 8 * * 1-5"), ({}, "0 9 * * 1-5")]
)
async def test_weekdays_go_out_as_a_cron(
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    spelt: str,
    time: dict[str, str],
    cron: str,
) -> None:
    wanted = order(machine, frequency=spelt, timezone="Europe/Berlin", **time)
    async with seated(http=http) as model:
        created = await model.call_tool(CREATE, wanted)
    [body] = bodies(sent, "schedules")
    assert (body["frequency"], body["cron"]) == ("custom", cron)
    assert body.get("time") is None
    assert f"weekdays [{cron}] Europe/Berlin, next run Monday 2026-05-04" in text(created)


async def test_a_weekday_schedule_keeps_its_days_at_another_time(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    async with seated(era, http=http) as model:
        created = await model.call_tool(CREATE, order(machine, frequency="weekdays"))
        schedule_id = structured(created)["id"]
        moved = await model.call_tool(UPDATE, {"schedule_id": schedule_id, "time": "17:05"})
    changed = [request for request in sent if request.method == "PATCH"]
    [body] = bodies(changed, f"schedules/{schedule_id}")
    assert body == {"frequency": "custom", "cron": "5 17 * * 1-5"}
    assert "weekdays [5 17 * * 1-5] UTC" in text(moved)


async def test_a_time_that_the_api_would_overlook_is_refused(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        created = await model.call_tool(CREATE, order(machine, cron="0 9 1,15 * *"))
        schedule_id = structured(created)["id"]
        refused = await model.call_tool(UPDATE, {"schedule_id": schedule_id, "time": "10:00"})
        daily = order(machine, frequency="daily")
        schedule_id = structured(await model.call_tool(CREATE, daily))["id"]
        moved = await model.call_tool(UPDATE, {"schedule_id": schedule_id, "time": "10:00"})
    assert 'the cron "0 9 1,15 * *", which a time does not change: give cron' in text(refused)
    assert "[0 10 * * *]" in text(moved)


async def test_what_a_paused_schedule_does_is_told_in_both_forms(
    era: Era, world: World, schedule: Schedule
) -> None:
    which = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        paused = await model.call_tool("coasty_pause_schedule", which)
        got = await model.call_tool(GET, which)
        ran = await model.call_tool(RUN, which)
        resumed = await model.call_tool(RESUME, which)
    for told in (paused, got):
        assert "paused (by hand)" in text(told)
        for form in (text(told), structured(told)["while_paused"]):
            assert "Until coasty_resume_schedule" in form
            assert "its webhooks are refused (SCHEDULE_INACTIVE)" in form
    assert "The schedule is paused, and stays so" in warnings(ran)
    assert "while_paused" not in structured(resumed)


async def test_a_list_tells_the_next_run_with_its_weekday_too(
    era: Era, world: World, machine: Machine
) -> None:
    times = {"frequency": "daily", "time": "08:00", "timezone": "Asia/Tokyo"}
    async with seated(era, world) as model:
        await model.call_tool(CREATE, order(machine, **times))
        listed = await model.call_tool("coasty_list_schedules", {})
    [schedule] = structured(listed)["data"]
    assert schedule["next_run"] == "Saturday 2026-05-02 08:00 Asia/Tokyo (2026-05-01T23:00:00Z)"


@pytest.mark.parametrize(("written", "meant"), [("8:30", "08:30"), ("08:30", "08:30")])
async def test_an_hour_may_have_one_digit(
    http: AsyncClient, sent: list[Request], machine: Machine, written: str, meant: str
) -> None:
    async with seated(http=http) as model:
        await model.call_tool(CREATE, order(machine, frequency="daily", time=written))
    assert bodies(sent, "schedules")[0]["time"] == meant


async def test_a_missing_timezone_is_said(era: Era, world: World, machine: Machine) -> None:
    async with seated(era, world) as model:
        silent = await model.call_tool(CREATE, order(machine, frequency="daily"))
        given = order(machine, frequency="daily", timezone="Europe/Berlin")
        named = await model.call_tool(CREATE, given)
    assert warnings(silent) == "No timezone was given: its times are in UTC."
    assert warnings(named) == ""


async def test_the_next_run_is_told_with_its_weekday_in_both_zones(
    era: Era, world: World, machine: Machine
) -> None:
    times = {"frequency": "daily", "time": "08:00", "timezone": "Asia/Tokyo"}
    async with seated(era, world) as model:
        created = await model.call_tool(CREATE, order(machine, **times))
    told = structured(created)["next_run"]
    assert told == "Saturday 2026-05-02 08:00 Asia/Tokyo (2026-05-01T23:00:00Z)"
    assert f"next run {told}" in text(created)


async def test_a_single_run_without_an_offset_is_in_the_timezone(
    era: Era, http: AsyncClient, machine: Machine
) -> None:
    at = {"run_at": "2027-01-05T09:00:00"}
    async with seated(era, http=http) as model:
        zoned = await model.call_tool(CREATE, order(machine, **at, timezone="Europe/Berlin"))
        refused = await model.call_tool(CREATE, order(machine, **at))
        wrong = await model.call_tool(CREATE, order(machine, run_at="tomorrow"))
    assert structured(zoned)["next_run_at"] == "2027-01-05T08:00:00Z"
    assert text(refused).startswith("run_at has no offset: give it with one, as 2027-01-05T09:00")
    assert "2027-01-05T09:00:00+01:00" in text(wrong)


async def test_moving_a_single_run_is_refused_with_the_way_and_its_price(
    era: Era, http: AsyncClient, sent: list[Request], schedule: Schedule
) -> None:
    changes = {"schedule_id": schedule.record.id, "run_at": "2027-01-05T09:00:00Z"}
    async with seated(era, http=http) as model:
        refused = await model.call_tool(UPDATE, changes)
        listed = {tool.name: tool.input_schema for tool in (await model.list_tools()).tools}
    assert "coasty_create_schedule" in text(refused)
    assert "triggers" in error(refused)["message"]
    assert "run_at" not in listed[UPDATE]["properties"]
    assert sent == []


@pytest.mark.parametrize(
    ("minutes", "warning"), [(20, "before its next run"), (600, "and runs after that will fail")]
)
async def test_a_machine_that_ends_is_warned_of(
    era: Era, world: World, minutes: int, warning: str
) -> None:
    machine = new_machine(world.accounts["test"], ttl_minutes=minutes)
    hourly = order(machine, frequency="hourly", timezone="UTC")
    async with seated(era, world) as model:
        created = await model.call_tool(CREATE, hourly)
        it = {"schedule_id": structured(created)["id"]}
        others = [
            await model.call_tool(GET, it),
            await model.call_tool(UPDATE, {**it, "name": "new"}),
            await model.call_tool(RESUME, it),
            await model.call_tool(RUN, it),
        ]
    for told in [created, *others]:
        assert f"Its machine {machine.id} is destroyed at" in warnings(told)
        assert warning in warnings(told)


async def test_whoever_ends_a_machine_hears_of_the_schedules_on_it(
    era: Era, world: World, machine: Machine, schedule: Schedule
) -> None:
    it = {"machine_id": machine.id}
    async with seated(era, world, settings=WITH_FLEET) as model:
        leased = await model.call_tool(TTL, {**it, "ttl_minutes": 30})
        kept = await model.call_tool(TTL, {**it, "ttl_minutes": 0})
        gone = await model.call_tool(TERMINATE, it)
        later = await model.call_tool(GET, {"schedule_id": schedule.record.id})
    assert schedule.record.id in warnings(leased)
    assert schedule.record.id in warnings(gone)
    assert warnings(kept) == ""
    assert "every run will fail" in warnings(later)


@pytest.mark.parametrize(
    ("times", "rule"),
    [
        ({"frequency": "weekly", "day_of_week": "monday"}, "from 0 for Monday to 6 for Sunday"),
        (
            {"frequency": "once", "run_at": "2027-01-05T09:00:00Z"},
            "for a single run run_at alone",
        ),
    ],
)
async def test_a_refused_time_says_what_is_meant_by_the_ones_that_are_taken(
    era: Era, machine: Machine, http: AsyncClient, times: dict[str, Any], rule: str
) -> None:
    async with seated(era, http=http) as model:
        refused = await model.call_tool(CREATE, order(machine, **times))
    assert rule in text(refused)
