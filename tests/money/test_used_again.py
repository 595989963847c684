"""What ended under a name and goes on under it counts anew, in every server."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import InvalidState, SpendLimit
from coasty_mcp.api.wire.runs import StartRun
from coasty_mcp.api.wire.schedules import CreateSchedule, RunSchedule
from coasty_mcp.money import Budget, SpendLog
from coasty_mcp.money.prices import Price
from support.fakes import Flaky
from support.mcp_client import LIVE_KEY, Clock
from support.spending import charged, client

ONCE = CreateSchedule(
    name="once", machine_id="m", task_prompt="Look.", run_at=datetime(2099, 1, 1, tzinfo=UTC)
)


async def test_a_key_that_was_refused_once_counts_when_it_is_used_again() -> None:
    refused = {"error": {"code": "INVALID_STATE", "message": "Not now."}}
    made = Response(200, json={"snapshot_id": "snap_1"})
    budget = Budget(1)
    api = client(Flaky(Response(409, json=refused), made, made), budget)
    with pytest.raises(InvalidState):
        await api.machines.create_snapshot("mch_1", "a-key")
    await api.machines.create_snapshot("mch_1", "a-key")
    assert budget.spent == 1
    with pytest.raises(SpendLimit):
        await api.machines.create_snapshot("mch_1", "another-key")


def test_what_ended_and_goes_on_under_the_same_name_counts_in_all_servers(tmp_path: Path) -> None:
    one, other = (Budget(100, SpendLog(tmp_path, LIVE_KEY)) for _ in range(2))
    for _ in range(3):
        with one.reserving(Price(10), "run_1") as settle:
            assert other.room() == one.room()
            settle(charged(10))
    assert one.room() == other.room() == Budget(100, SpendLog(tmp_path, LIVE_KEY)).room() == 70
    file = next(tmp_path.iterdir())
    file.write_text(file.read_text().lstrip())  # read from its beginning again
    assert one.room() == other.room() == 70


async def test_a_replay_is_not_checked_at_the_full_price() -> None:
    run = {"id": "r", "status": "queued"}
    replayed = {"X-Coasty-Idempotent-Replay": "true", "X-Credits-Charged": "0"}
    api = client(
        Flaky(Response(201, json=run), Response(201, json=run, headers=replayed)),
        budget := Budget(60),
    )
    task = StartRun(task="Look.", machine_id="m", max_steps=10)
    for _ in range(2):
        await api.runs.start(task, "a-key")
        assert budget.room() == 10
    with pytest.raises(SpendLimit):
        await api.runs.start(task.model_copy(update={"task": "Another."}), "a-key")
    with pytest.raises(SpendLimit):
        await api.runs.start(task, "another-key")


async def test_a_key_is_of_use_for_less_than_a_day() -> None:
    clock, made = Clock(), {"snapshot_id": "snap_1"}
    replayed = Response(200, json=made, headers={"X-Coasty-Idempotent-Replay": "true"})
    api = client(Flaky(Response(200, json=made), replayed), Budget(1, now=clock.now))
    await api.machines.create_snapshot("mch_1", "a-key")
    clock.pass_by(hours=22)
    await api.machines.create_snapshot("mch_1", "a-key")
    clock.pass_by(hours=24)
    with pytest.raises(SpendLimit):
        await api.machines.create_snapshot("mch_1", "a-key")


@pytest.mark.parametrize(
    "other",
    [
        *({"trigger": by} for by in ("manual", "triggered", "webhook", "email", "", "by itself")),
        {"trigger": None},
        {},
    ],
)
async def test_only_a_run_of_the_schedule_itself_releases_what_is_set_aside_for_it(
    other: dict[str, str | None],
) -> None:
    once = {"id": "s", "next_run_at": "2099-01-01T00:00:00Z"}
    done = {"id": "x", "status": "completed", "credits_charged": 20, "schedule_id": "s"}
    runs = [Response(200, json={"data": [done | by]}) for by in (other, {"trigger": "run_at"})]
    api = client(Flaky(Response(201, json=once), *runs), budget := Budget(4000))
    await api.schedules.create(ONCE)
    for room in (400, 3980):
        await api.schedules.list_runs("s", 5)
        assert budget.room() == room


async def test_a_run_that_was_started_here_settles_what_is_set_aside_for_it_alone(
    tmp_path: Path,
) -> None:
    once = {"id": "s", "next_run_at": "2099-01-01T00:00:00Z"}
    done = {"id": "x", "status": "completed", "credits_charged": 20, "schedule_id": "s"}
    listed = Response(200, json={"data": [done]})
    budget = Budget(8000, SpendLog(tmp_path, LIVE_KEY))
    started = Response(202, json={"run_id": "x"})
    api = client(Flaky(Response(201, json=once), started, listed, listed), budget)
    await api.schedules.create(ONCE)
    await api.schedules.start_run("s", RunSchedule())
    for _ in range(2):
        await api.schedules.list_runs("s", 5)
        assert budget.room() == 8000 - 3600 - 20
    assert Budget(8000, SpendLog(tmp_path, LIVE_KEY)).room() == 8000 - 3600 - 20


@pytest.mark.parametrize(
    ("due", "room"), [("2099-01-01T00:00:00Z", 4000), ("2020-01-01T00:00:00Z", 400)]
)
async def test_a_schedule_that_is_deleted_before_it_ran_sets_nothing_aside(
    due: str, room: int
) -> None:
    once, gone = {"id": "s", "next_run_at": due}, {"schedule_id": "s", "deleted": True}
    upstream = Flaky(Response(201, json=once), Response(200, json=gone))
    api = client(upstream, budget := Budget(4000))
    await api.schedules.create(ONCE)
    assert budget.room() == 400
    await api.schedules.delete("s")
    assert budget.room() == room


async def test_a_schedule_that_is_deleted_after_a_restart_sets_nothing_aside(
    tmp_path: Path,
) -> None:
    once, gone = {"id": "s", "next_run_at": "2099-01-01T00:00:00Z"}, {"schedule_id": "s"}
    before = Budget(4000, SpendLog(tmp_path, LIVE_KEY))
    await client(Flaky(Response(201, json=once)), before).schedules.create(ONCE)
    after = Budget(4000, SpendLog(tmp_path, LIVE_KEY))
    assert after.room() == 400
    upstream = Flaky(Response(200, json=once), Response(200, json={**gone, "deleted": True}))
    await client(upstream, after).schedules.delete("s")
    assert after.room() == 4000
