"""Agents that run on their own: made, changed, fired and looked back upon by the model."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.scheduler import Scheduler
from coasty_mcp.sandbox.world.schedules import Schedule
from support.mcp_client import (
    Clock,
    Era,
    bodies,
    error,
    new_schedule,
    seated,
    structured,
    text,
    written_call,
)

LIST, GET, RUNS = "coasty_list_schedules", "coasty_get_schedule", "coasty_list_schedule_runs"
CREATE, UPDATE, DELETE = (
    "coasty_create_schedule",
    "coasty_update_schedule",
    "coasty_delete_schedule",
)
RUN, PAUSE, RESUME = "coasty_run_schedule_now", "coasty_pause_schedule", "coasty_resume_schedule"
ADD = "coasty_add_trigger"


def order(machine: Machine, **more: Any) -> dict[str, Any]:
    return {"name": "mail", "machine_id": machine.id, "task_prompt": "Open the browser.", **more}


async def test_who_has_no_schedules_is_told_so_and_no_more(era: Era, world: World) -> None:
    async with seated(era, world) as model:
        listed = await model.call_tool(LIST, {})
    assert text(listed) == "There are no schedules."


async def test_a_list_shows_when_each_runs_next(
    era: Era, world: World, machine: Machine, schedule: Schedule
) -> None:
    new_schedule(world.accounts["test"], machine, name="second", frequency="daily", time="09:15")
    async with seated(era, world) as model:
        listed = await model.call_tool(LIST, {})
        cut = await model.call_tool(LIST, {"limit": 1})
    second, first = text(listed).splitlines()
    assert first == (
        f"{schedule.record.id} (briefing) on {machine.id}: hourly [0 * * * *] UTC, "
        "next run Friday 2026-05-01 09:00 UTC, 0 runs."
    )
    assert "(second)" in second
    assert "next run Friday 2026-05-01 09:15 UTC" in second
    assert [each["name"] for each in structured(listed)["data"]] == ["second", "briefing"]
    assert text(cut).endswith("There are more: raise the limit.")


async def test_a_new_schedule_offers_to_be_tried(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    wanted = order(machine, frequency="weekly", day_of_week=0, time="08:00", timezone="Asia/Tokyo")
    async with seated(era, http=http) as model:
        created = await model.call_tool(CREATE, wanted)
        ran = await model.call_tool(*written_call(structured(created)["next"]))
    assert text(created).startswith(f"Created {structured(created)['id']} (mail) on {machine.id}")
    assert structured(created)["next_run_at"] == "2026-05-03T23:00:00Z"
    assert structured(ran)["status"] == "running"
    [body] = bodies(sent, "schedules")
    assert wanted.items() <= body.items()


async def test_a_single_run_is_sent_with_its_time_zone(
    http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    async with seated(http=http) as model:
        created = await model.call_tool(CREATE, order(machine, run_at="2026-05-02T08:00:00+02:00"))
    assert structured(created)["next_run_at"] == "2026-05-02T06:00:00Z"
    assert len(bodies(sent, "schedules")) == 1


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({}, "Give frequency, cron, or run_at for a single run."),
        (
            {"frequency": "daily", "run_at": "2026-06-01T08:00:00Z"},
            "Give frequency or run_at, not both.",
        ),
        ({"frequency": "custom"}, "cron is missing: frequency custom needs it."),
        ({"frequency": "dayly"}, "frequency must be one of every_15_minutes, "),
        ({"frequency": "daily", "time": "9 am"}, "time must be a time as HH:MM."),
        (
            {"frequency": "weekdays", "cron": "0 9 * * *"},
            "Give frequency weekdays or cron, not both.",
        ),
        ({"frequency": "monthly", "day_of_month": 31}, "day_of_month must be a whole number from"),
        ({"run_at": "tomorrow"}, "run_at must be "),
    ],
)
async def test_contradictory_times_are_refused_before_anything_is_sent(
    era: Era,
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    times: dict[str, Any],
    sentence: str,
) -> None:
    async with seated(era, http=http) as model:
        refused = await model.call_tool(CREATE, order(machine, **times))
    assert text(refused).startswith(sentence)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "request_id" not in error(refused)
    assert sent == []


@pytest.mark.parametrize(
    "times",
    [
        {"frequency": "custom", "cron": "every day"},
        {"frequency": "daily", "timezone": "Mars/Olympus"},
        {"run_at": "2020-01-01T00:00:00Z"},
    ],
)
async def test_what_only_the_api_can_know_is_refused_by_it(
    world: World, machine: Machine, times: dict[str, str]
) -> None:
    async with seated(world=world) as model:
        refused = await model.call_tool(CREATE, order(machine, **times))
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert error(refused)["request_id"]


async def test_a_schedule_comes_with_its_task_and_triggers(
    era: Era, world: World, schedule: Schedule
) -> None:
    async with seated(era, world) as model:
        added = await model.call_tool(ADD, {"schedule_id": schedule.record.id, "kind": "webhook"})
        got = await model.call_tool(GET, {"schedule_id": schedule.record.id})
    [trigger] = structured(got)["triggers"]
    assert trigger["id"] == structured(added)["id"]
    assert "webhook_secret" not in trigger
    assert structured(added)["webhook_secret"] not in text(got)
    assert 'Task: "Open the browser."' in text(got).splitlines()
    assert f"fired by {trigger['webhook_url']}" in text(got)


async def test_an_update_changes_what_it_names(
    era: Era, http: AsyncClient, sent: list[Request], world: World, schedule: Schedule
) -> None:
    changes = {"frequency": "daily", "time": "07:00", "name": "early"}
    async with seated(era, http=http) as model:
        updated = await model.call_tool(UPDATE, {"schedule_id": schedule.record.id, **changes})
    assert text(updated).startswith(f"Updated {schedule.record.id} (early)")
    assert structured(updated)["next_run_at"] == "2026-05-02T07:00:00Z"
    assert structured(updated)["task_prompt"] == "Open the browser."
    assert bodies(sent, f"schedules/{schedule.record.id}") == [changes]


@pytest.mark.parametrize(("enabled", "state"), [(False, "paused (by hand)"), (True, "next run")])
async def test_an_update_can_switch_it_off_and_on(
    world: World, schedule: Schedule, enabled: bool, state: str
) -> None:
    async with seated(world=world) as model:
        updated = await model.call_tool(
            UPDATE, {"schedule_id": schedule.record.id, "enabled": enabled}
        )
    assert structured(updated)["enabled"] is enabled
    assert state in text(updated)


async def test_an_update_of_nothing_is_refused_here(
    era: Era, http: AsyncClient, sent: list[Request], schedule: Schedule
) -> None:
    async with seated(era, http=http) as model:
        refused = await model.call_tool(UPDATE, {"schedule_id": schedule.record.id})
    assert text(refused).startswith("Name at least one thing to change.")
    assert sent == []


async def test_a_paused_schedule_rests_until_it_is_resumed(
    era: Era, world: World, schedule: Schedule
) -> None:
    it = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        paused = await model.call_tool(PAUSE, it)
        resumed = await model.call_tool(RESUME, it)
    assert "paused (by hand)" in text(paused)
    assert structured(paused)["enabled"] is False
    assert structured(resumed)["next_run_at"] == "2026-05-01T09:00:00Z"


async def test_a_deleted_schedule_is_gone(era: Era, world: World, schedule: Schedule) -> None:
    it = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        deleted = await model.call_tool(DELETE, it)
        again = await model.call_tool(DELETE, it)
    assert text(deleted).splitlines()[0] == f"{schedule.record.id} is deleted."
    assert error(again)["code"] == "NOT_FOUND"


async def test_a_run_takes_another_task_and_data(
    http: AsyncClient, sent: list[Request], schedule: Schedule
) -> None:
    extra = {"task_prompt_override": "Only today's.", "triggered_context": {"since": 3}}
    async with seated(http=http) as model:
        await model.call_tool(RUN, {"schedule_id": schedule.record.id, **extra})
    assert bodies(sent, f"schedules/{schedule.record.id}/run") == [extra]


async def test_one_idempotency_key_runs_it_once(world: World, schedule: Schedule) -> None:
    wanted = {"schedule_id": schedule.record.id, "idempotency_key": "k1"}
    async with seated(world=world) as model:
        first, again = [await model.call_tool(RUN, wanted) for _ in range(2)]
    assert structured(first)["run_id"] == structured(again)["run_id"]
    assert len(schedule.runs) == 1


async def test_the_history_carries_each_runs_error(
    era: Era, clock: Clock, world: World, machine: Machine
) -> None:
    failing = new_schedule(world.accounts["test"], machine, task_prompt="Do. [fail]")
    it = {"schedule_id": failing.record.id}
    async with seated(era, world) as model:
        await model.call_tool(RUN, it)
        await clock.sleep(10)
        listed = await model.call_tool(RUNS, {**it, "status": "failed"})
        none = await model.call_tool(RUNS, {**it, "status": "completed"})
    [run] = structured(listed)["data"]
    assert run["error"]
    assert text(listed).startswith(
        f'2026-05-01T08:30:00Z {run["id"]} failed (manual, 3 s, 0 credits): "{run["error"]}"'
    )
    assert "error" in structured(listed)["untrusted"]
    assert text(none) == "There are no such runs."


async def test_the_history_says_what_each_run_did(
    era: Era, clock: Clock, world: World, machine: Machine
) -> None:
    schedule = new_schedule(world.accounts["test"], machine, task_prompt="Open the browser.")
    it = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        await model.call_tool(RUN, it)
        await clock.sleep(10)
        listed = await model.call_tool(RUNS, it)
    assert '0 credits): "Simulated on the drawn desktop: Double click Browser."' in text(listed)


async def test_a_schedule_leads_to_its_runs_once_it_has_any(
    era: Era, world: World, schedule: Schedule
) -> None:
    it = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        early = await model.call_tool("coasty_get_schedule", it)
        await model.call_tool(RUN, it)
        late = await model.call_tool("coasty_get_schedule", it)
    assert "next" not in structured(early)
    assert written_call(structured(late)["next"]) == (RUNS, it)


async def test_the_history_is_paged(era: Era, world: World, schedule: Schedule) -> None:
    agenda = world.accounts["test"].area(Scheduler)
    for _ in range(5):
        agenda.fire(schedule, "manual", world.now())
    seen: list[str] = []
    async with seated(era, world) as model:
        name, arguments = RUNS, {"schedule_id": schedule.record.id, "limit": 2}
        page = structured(await model.call_tool(name, arguments))
        while True:
            seen += [run["id"] for run in page["data"]]
            if not page.get("next_cursor"):
                break
            page = structured(await model.call_tool(*written_call(page["next"])))
    assert seen == [run.record.id for run in reversed(schedule.runs)]
