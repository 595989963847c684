"""When schedules run, what their runs do and cost, and how they are listed."""

import pytest

from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.sandbox.world.machines import Machines
from support.sandbox_http import LIVE_KEY
from support.schedule_sandbox import ScheduleClient, refused


@pytest.fixture
def api() -> ScheduleClient:
    return ScheduleClient()


async def test_runs_happen_when_they_are_due(api: ScheduleClient) -> None:
    path = await api.schedule()
    api.clock.pass_by(minutes=30, seconds=1)
    [run] = await api.runs(path)
    assert (run["status"], run["trigger"]) == ("running", "cron")
    assert run["executed_at"] == "2026-05-01T09:00:00Z"
    assert run["duration_seconds"] is run["credits_charged"] is run["error"] is None
    api.clock.pass_by(seconds=2)
    done = await api.ok("GET", f"{path}/runs/{run['id']}")
    assert (done["status"], done["duration_seconds"], done["credits_charged"]) == (
        "completed",
        3,
        0,
    )
    schedule = await api.ok("GET", path)
    assert schedule["run_count"] == 1
    assert schedule["last_run_at"] == "2026-05-01T09:00:00Z"
    assert schedule["next_run_at"] == "2026-05-01T10:00:00Z"


async def test_everything_that_was_due_since_the_last_request_has_happened(
    api: ScheduleClient,
) -> None:
    path = await api.schedule()
    api.clock.pass_by(hours=3)
    assert [run["executed_at"][11:16] for run in await api.runs(path)] == [
        "11:00",
        "10:00",
        "09:00",
    ]


async def test_at_most_100_runs_are_retained_however_long_nobody_looked(
    api: ScheduleClient,
) -> None:
    path = await api.schedule(frequency="custom", cron="*/10 * * * * *")
    api.clock.pass_by(days=365)
    page = await api.ok("GET", f"{path}/runs?limit=200")
    assert len(page["data"]) == 100
    assert page["has_more"] is False
    assert page["data"][0]["executed_at"] == "2027-05-01T08:30:00Z"


async def test_a_run_that_is_due_while_another_works_is_skipped(api: ScheduleClient) -> None:
    path = await api.schedule(frequency="custom", cron="*/2 * * * * *")
    api.clock.pass_by(seconds=8)
    assert await api.statuses(path) == ["skipped", "running", "skipped", "completed"]
    assert "still at work" in (await api.runs(path))[0]["error"]


async def test_a_run_that_is_due_when_another_ends_works(api: ScheduleClient) -> None:
    path = await api.schedule(frequency="custom", cron="*/3 * * * * *")
    api.clock.pass_by(seconds=9)
    assert await api.statuses(path) == ["running", "completed", "completed"]


async def test_a_one_shot_runs_once_and_pauses_itself(api: ScheduleClient) -> None:
    path = await api.schedule(frequency=None, run_at="2026-05-01T11:00:00+02:00")
    assert (await api.ok("GET", path))["next_run_at"] == "2026-05-01T09:00:00Z"
    api.clock.pass_by(hours=1)
    done = await api.ok("GET", path)
    assert (done["enabled"], done["paused_reason"]) == (False, "one_shot_complete")
    assert done["next_run_at"] is None
    await api.ok("POST", f"{path}/resume")
    api.clock.pass_by(days=1)
    [run] = await api.runs(path)
    assert (run["trigger"], run["executed_at"]) == ("run_at", "2026-05-01T09:00:00Z")


async def test_a_one_shot_may_be_a_minute_late(api: ScheduleClient) -> None:
    path = await api.schedule(frequency=None, run_at="2026-05-01T08:29:01Z")
    assert len(await api.runs(path)) == 1


async def test_a_one_shot_becomes_a_recurring_schedule_by_its_frequency(
    api: ScheduleClient,
) -> None:
    path = await api.schedule(frequency=None, run_at="2026-05-01T09:00:00Z")
    changed = await api.ok("PATCH", path, {"frequency": "every_12_hours"})
    assert changed["next_run_at"] == "2026-05-01T12:00:00Z"


async def test_a_run_by_hand_works_at_once_and_the_next_one_waits(api: ScheduleClient) -> None:
    path = await api.schedule()
    first = await api.ok("POST", f"{path}/run", {})
    second = await api.ok("POST", f"{path}/run", {"triggered_context": {"order": 7}})
    assert (first["status"], second["status"]) == ("running", "queued")
    assert first["schedule_id"] in path
    api.clock.pass_by(seconds=4)
    assert await api.statuses(path) == ["running", "completed"]
    api.clock.pass_by(seconds=2)
    assert await api.statuses(path) == ["completed", "completed"]
    assert {run["trigger"] for run in await api.runs(path)} == {"manual"}


async def test_a_repeated_run_starts_one(api: ScheduleClient) -> None:
    path = await api.schedule()
    for _ in range(2):
        await api.call("POST", f"{path}/run", {}, **{"Idempotency-Key": "once"})
    assert len(await api.runs(path)) == 1


async def test_a_paused_schedule_can_be_run_by_hand(api: ScheduleClient) -> None:
    path = await api.schedule()
    await api.ok("POST", f"{path}/pause")
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=3)
    assert await api.statuses(path) == ["completed"]


async def test_a_task_that_says_fail_fails(api: ScheduleClient) -> None:
    path = await api.schedule(task_prompt="Book it. [fail]")
    await api.ok("POST", f"{path}/run", {})
    await api.ok("POST", f"{path}/run", {"task_prompt_override": "Open the text editor."})
    api.clock.pass_by(seconds=6)
    override, own = await api.runs(path)
    assert (own["status"], own["error"]) == ("failed", "The task says [fail].")
    assert (override["status"], override["error"]) == ("completed", None)


@pytest.mark.parametrize(
    ("method", "below", "state"), [("POST", "/stop", "stopped"), ("DELETE", "", "terminated")]
)
async def test_a_run_fails_when_its_machine_is_not_running(
    api: ScheduleClient, method: str, below: str, state: str
) -> None:
    path, machine = await api.schedule(), await api.machine()
    await api.ok(method, f"/machines/{machine}{below}")
    api.clock.pass_by(minutes=31)
    [run] = await api.runs(path)
    assert (run["status"], run["error"]) == ("failed", f"Machine {machine} is {state}.")
    assert run["duration_seconds"] == 0


async def test_a_schedule_pauses_itself_after_so_many_failures_in_a_row(
    api: ScheduleClient,
) -> None:
    path = await api.schedule(task_prompt="[fail]")
    await api.ok("PATCH", path, {"max_consecutive_failures": 2})
    api.clock.pass_by(minutes=31)
    assert (await api.ok("GET", path))["consecutive_failures"] == 1
    await api.ok("POST", f"{path}/run", {"task_prompt_override": "Open the text editor."})
    api.clock.pass_by(minutes=5)
    assert (await api.ok("GET", path))["consecutive_failures"] == 0
    api.clock.pass_by(days=1)
    paused = await api.ok("GET", path)
    assert (paused["enabled"], paused["paused_reason"]) == (False, "max_consecutive_failures")
    assert await api.statuses(path) == ["failed", "failed", "completed", "failed"]
    assert (await api.ok("POST", f"{path}/resume"))["consecutive_failures"] == 0


async def test_runs_are_paged_newest_first(api: ScheduleClient) -> None:
    path = await api.schedule()
    api.clock.pass_by(hours=5)
    first = await api.ok("GET", f"{path}/runs?limit=2")
    assert first["has_more"] is True
    api.clock.pass_by(hours=1)
    second = await api.ok("GET", f"{path}/runs?limit=2&cursor={first['next_cursor']}")
    last = await api.ok("GET", f"{path}/runs?limit=2&cursor={second['next_cursor']}")
    pages = [[run["executed_at"][11:13] for run in page["data"]] for page in (first, second, last)]
    assert pages == [["13", "12"], ["11", "10"], ["09"]]
    assert (last["has_more"], last["next_cursor"]) == (False, None)


async def test_runs_are_filtered_by_status(api: ScheduleClient) -> None:
    path = await api.schedule()
    await api.ok("POST", f"{path}/run", {"task_prompt_override": "[fail]"})
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=6)
    page = await api.ok("GET", f"{path}/runs?status=failed")
    assert [run["status"] for run in page["data"]] == ["failed"]


async def test_a_live_run_is_charged_to_the_subscription() -> None:
    api = ScheduleClient(LIVE_KEY)
    path = await api.schedule()
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=3)
    [run] = await api.runs(path)
    assert (run["status"], run["credits_charged"]) == ("completed", 10)
    assert (await api.ok("GET", path))["is_test"] is False


async def test_a_live_key_needs_20_credits_to_schedule_and_to_run() -> None:
    api = ScheduleClient(LIVE_KEY, wallet_cents=20)
    path = await api.schedule()
    api.world.accounts["live"].wallet.cents = 19
    creation = await api.call("POST", "/schedules", await api.order())
    by_hand = await api.call("POST", f"{path}/run", {})
    for reply in (creation, by_hand):
        assert refused(reply) == (402, "INSUFFICIENT_CREDITS")
        assert (reply.json()["error"]["required"], reply.json()["error"]["balance"]) == (20, 19)
    assert await api.runs(path) == []


async def test_a_schedule_pauses_itself_when_the_wallet_is_too_empty() -> None:
    api = ScheduleClient(LIVE_KEY, wallet_cents=20)
    path = await api.schedule()
    api.world.accounts["live"].wallet.cents = 19
    api.clock.pass_by(hours=2)
    schedule = await api.ok("GET", path)
    assert (schedule["enabled"], schedule["paused_reason"]) == (False, "insufficient_credits")
    assert await api.statuses(path) == ["insufficient_credits"]


async def test_a_test_key_needs_no_money() -> None:
    api = ScheduleClient(SANDBOX_KEY, wallet_cents=0)
    path = await api.schedule()
    assert (await api.ok("POST", f"{path}/run", {}))["status"] == "running"


async def test_a_run_acts_on_the_desktop_and_its_result_says_what_it_did(
    api: ScheduleClient,
) -> None:
    path = await api.schedule(task_prompt="Open the browser, go to example.com/contact.")
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=3)
    [run] = await api.runs(path)
    assert run["status"] == "completed"
    assert run["result"]["summary"].startswith("Simulated on the drawn desktop: ")
    state = {"command": "browser_state"}
    seen = await api.ok("POST", f"/machines/{await api.machine()}/actions", state)
    assert "example.com/contact" in str(seen["result"])


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("Summarize unread Gmail.", "The sandbox does not understand"),
        ("Ask me before you open the browser.", "A scheduled run cannot wait for a person"),
        ("Click Send.", "A scheduled run cannot wait for a person"),
    ],
)
async def test_a_run_that_cannot_go_on_by_itself_fails_and_says_why(
    api: ScheduleClient, task: str, words: str
) -> None:
    path = await api.schedule(task_prompt=task)
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=3)
    [run] = await api.runs(path)
    assert run["status"] == "failed"
    assert words in run["error"]


async def test_a_run_ends_later_while_somebody_else_uses_its_machine(api: ScheduleClient) -> None:
    path = await api.schedule()
    await api.ok("POST", f"{path}/run", {})
    api.clock.pass_by(seconds=3)
    machine = api.world.accounts["test"].area(Machines).get(await api.machine())
    async with machine.lock:
        assert await api.statuses(path) == ["running"]
    assert await api.statuses(path) == ["completed"]
