"""Schedules in the sandbox: what creates, changes and runs them."""

import pytest

from coasty_mcp.sandbox import SANDBOX_KEY, sandbox_client
from coasty_mcp.sandbox.world.machines import Machines
from support.sandbox_http import LIVE_KEY
from support.schedule_sandbox import ScheduleClient, refused


@pytest.fixture
def api() -> ScheduleClient:
    return ScheduleClient()


async def test_a_new_schedule_says_when_it_is_due(api: ScheduleClient) -> None:
    order = await api.order(frequency="daily", time="09:00", timezone="America/New_York")
    made = await api.ok("POST", "/schedules", order)
    assert made["id"].startswith("sch_test_")
    assert made["is_test"] is made["enabled"] is True
    assert (made["frequency"], made["cron"]) == ("daily", "0 9 * * *")
    assert (made["created_at"], made["next_run_at"]) == (
        "2026-05-01T08:30:00Z",
        "2026-05-01T13:00:00Z",
    )
    assert made["last_run_at"] is made["paused_reason"] is None


async def test_schedules_are_listed_newest_first(api: ScheduleClient) -> None:
    for name in ("first", "second", "third"):
        await api.schedule(name=name)
    page = await api.ok("GET", "/schedules?limit=2")
    assert [schedule["name"] for schedule in page["data"]] == ["third", "second"]
    assert page["has_more"] is True
    assert {schedule["request_id"] for schedule in page["data"]} == {page["request_id"]}
    assert (await api.ok("GET", "/schedules"))["has_more"] is False


async def test_a_deleted_schedule_is_gone_and_never_runs_again(api: ScheduleClient) -> None:
    path = await api.schedule()
    assert (await api.ok("DELETE", path))["deleted"] is True
    api.clock.pass_by(days=1)
    for method, below in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/runs")]:
        assert refused(await api.call(method, path + below, {})) == (404, "NOT_FOUND")
    assert (await api.ok("GET", "/schedules"))["data"] == []


async def test_a_live_key_sees_no_test_schedules(api: ScheduleClient) -> None:
    path = await api.schedule()
    async with sandbox_client(api.world, LIVE_KEY) as live:
        assert refused(await live.get(path)) == (404, "NOT_FOUND")


async def test_a_repeated_create_makes_one_schedule(api: ScheduleClient) -> None:
    key, order = {"Idempotency-Key": "briefing-1"}, await api.order()
    first = await api.call("POST", "/schedules", order, **key)
    again = await api.call("POST", "/schedules", order, **key)
    assert again.json() == first.json()
    assert again.headers["X-Coasty-Idempotent-Replay"] == "true"
    assert len((await api.ok("GET", "/schedules"))["data"]) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"frequency": None}, "frequency"),
        ({"run_at": "2026-12-24T18:00:00Z"}, "frequency"),
        ({"frequency": "custom"}, "cron"),
        ({"cron": "* * * * *"}, "cron"),
        ({"frequency": "custom", "cron": "every day"}, "cron"),
        ({"frequency": "custom", "cron": ""}, "cron"),
        ({"frequency": "yearly"}, "frequency"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"time": "25:00"}, "time"),
        ({"day_of_week": 7}, "day_of_week"),
        ({"day_of_month": 29}, "day_of_month"),
        ({"frequency": None, "run_at": "2026-05-01T08:28:59.500Z"}, "run_at"),
        ({"frequency": None, "run_at": "2026-12-24T18:00:00"}, "run_at"),
        ({"frequency": None, "run_at": "0001-01-01T00:00:00+10:00"}, "run_at"),
        ({"frequency": None, "run_at": "9999-12-31T23:59:59-10:00"}, "run_at"),
        ({"max_consecutive_failures": 51}, "max_consecutive_failures"),
        ({"metadata": {"n": 1}}, "metadata"),
        ({"name": ""}, "name"),
        ({"task_prompt": "x" * 8001}, "task_prompt"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
async def test_a_wrong_order_is_refused_by_the_field(
    api: ScheduleClient, changes: dict[str, object], field: str
) -> None:
    reply = await api.call("POST", "/schedules", await api.order(**changes))
    assert refused(reply) == (422, "VALIDATION_ERROR")
    assert field in reply.json()["error"]["details"][0]["loc"]


async def test_a_schedule_needs_a_machine_that_exists(api: ScheduleClient) -> None:
    reply = await api.call("POST", "/schedules", await api.order(machine_id="mch_test_0"))
    assert refused(reply) == (404, "MACHINE_NOT_FOUND")
    await api.ok("DELETE", f"/machines/{await api.machine()}")
    reply = await api.call("POST", "/schedules", await api.order())
    assert refused(reply) == (409, "INVALID_STATE")


async def test_a_schedule_with_models_of_ones_own_needs_their_key(api: ScheduleClient) -> None:
    order = await api.order(llm={"provider": "anthropic"})
    reply = await api.call("POST", "/schedules", order)
    assert refused(reply) == (422, "LLM_KEY_NOT_CONFIGURED")


@pytest.mark.parametrize(
    ("method", "below", "body", "expected"),
    [
        ("GET", "?limit=0", None, (400, "INVALID_LIMIT")),
        ("PATCH", "/{id}", {}, (400, "EMPTY_UPDATE")),
        ("PATCH", "/{id}", {"run_at": "2026-12-24T18:00:00Z"}, (422, "VALIDATION_ERROR")),
        ("PATCH", "/{id}", {"machine_id": "mch_test_1"}, (422, "VALIDATION_ERROR")),
        ("PATCH", "/{id}", {"timezone": "Mars/Base"}, (422, "VALIDATION_ERROR")),
        ("PATCH", "/{id}", {"cron": "0 7 * * *"}, (422, "VALIDATION_ERROR")),
        ("PATCH", "/{id}", {"name": None}, (422, "VALIDATION_ERROR")),
        ("POST", "/{id}/run", None, (422, "VALIDATION_ERROR")),
        ("POST", "/{id}/run", {"task": "x"}, (422, "VALIDATION_ERROR")),
        ("POST", "/{id}/run", {"triggered_context": "x"}, (422, "VALIDATION_ERROR")),
        (
            "POST",
            "/{id}/run",
            {"triggered_context": {"x": "x" * 2**20}},
            (413, "PAYLOAD_TOO_LARGE"),
        ),
        ("GET", "/{id}/runs?limit=201", None, (400, "INVALID_LIMIT")),
        ("GET", "/{id}/runs?status=queued", None, (400, "INVALID_STATUS_FILTER")),
        ("GET", "/{id}/runs?cursor=x", None, (422, "VALIDATION_ERROR")),
        ("GET", "/{id}/runs/none", None, (404, "NOT_FOUND")),
        ("GET", "/none", None, (404, "NOT_FOUND")),
        ("POST", "/none/pause", None, (404, "NOT_FOUND")),
        ("POST", "/none/resume", None, (404, "NOT_FOUND")),
        ("POST", "/none/run", {}, (404, "NOT_FOUND")),
    ],
)
async def test_a_wrong_request_is_refused(
    api: ScheduleClient, method: str, below: str, body: object, expected: tuple[int, str]
) -> None:
    schedule_id = (await api.schedule()).rpartition("/")[2]
    reply = await api.call(method, "/schedules" + below.format(id=schedule_id), body)
    assert refused(reply) == expected


@pytest.mark.parametrize(
    ("method", "below", "scope"),
    [
        ("POST", "", "schedules:write"),
        ("GET", "", "schedules:read"),
        ("GET", "/x", "schedules:read"),
        ("PATCH", "/x", "schedules:write"),
        ("DELETE", "/x", "schedules:write"),
        ("POST", "/x/pause", "schedules:write"),
        ("POST", "/x/resume", "schedules:write"),
        ("POST", "/x/run", "schedules:write"),
        ("GET", "/x/runs", "schedules:read"),
        ("GET", "/x/runs/y", "schedules:read"),
    ],
)
async def test_every_request_needs_its_scope(
    api: ScheduleClient, method: str, below: str, scope: str
) -> None:
    key = api.world.mint(["predict"])
    reply = await api.call(method, f"/schedules{below}", {}, **{"X-API-Key": key})
    assert refused(reply) == (403, "INSUFFICIENT_SCOPE")
    assert reply.json()["error"]["required_scope"] == scope


async def test_the_statuses_that_can_be_asked_for_are_named(api: ScheduleClient) -> None:
    reply = await api.call("GET", f"{await api.schedule()}/runs?status=odd")
    assert reply.json()["error"]["valid_options"] == [
        "running",
        "completed",
        "failed",
        "skipped",
        "cancelled",
        "insufficient_credits",
    ]


async def test_an_update_changes_what_it_names_and_when_it_is_due(api: ScheduleClient) -> None:
    path = await api.schedule(metadata={"team": "a"}, max_consecutive_failures=2)
    changes: dict[str, object] = {
        "frequency": "custom",
        "cron": "0 7 * * 1",
        "name": "renamed",
        "metadata": {},
    }
    changed = await api.ok("PATCH", path, changes)
    assert (changed["name"], changed["metadata"]) == ("renamed", {})
    assert changed["task_prompt"] == "Open the browser."
    assert changed["next_run_at"] == "2026-05-04T07:00:00Z"
    later = await api.ok("PATCH", path, {"timezone": "Asia/Tokyo"})
    assert (later["cron"], later["next_run_at"]) == ("0 7 * * 1", "2026-05-03T22:00:00Z")
    preset = await api.ok("PATCH", path, {"frequency": "daily", "time": "10:30"})
    assert (preset["cron"], preset["next_run_at"]) == ("30 10 * * *", "2026-05-02T01:30:00Z")


async def test_a_refused_update_changes_nothing(api: ScheduleClient) -> None:
    path = await api.schedule()
    before = await api.ok("GET", path)
    await api.call("PATCH", path, {"name": "renamed", "timezone": "Mars/Base"})
    assert {**await api.ok("GET", path), "request_id": ""} == {**before, "request_id": ""}


async def test_an_update_can_switch_it_off_and_on(api: ScheduleClient) -> None:
    path = await api.schedule()
    off = await api.ok("PATCH", path, {"enabled": False})
    assert (off["enabled"], off["paused_reason"]) == (False, "user")
    on = await api.ok("PATCH", path, {"enabled": True})
    assert (on["enabled"], on["paused_reason"]) == (True, None)


async def test_a_paused_schedule_is_not_due_until_it_is_resumed(api: ScheduleClient) -> None:
    path = await api.schedule()
    for _ in range(2):
        paused = await api.ok("POST", f"{path}/pause")
        assert (paused["enabled"], paused["paused_reason"]) == (False, "user")
        assert paused["next_run_at"] is None
    api.clock.pass_by(hours=5)
    for _ in range(2):
        resumed = await api.ok("POST", f"{path}/resume")
        assert (resumed["enabled"], resumed["paused_reason"]) == (True, None)
        assert resumed["next_run_at"] == "2026-05-01T14:00:00Z"
    assert await api.runs(path) == []


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


@pytest.mark.parametrize("metadata", [{str(n): "" for n in range(17)}, {"a": "x" * 257}])
async def test_metadata_has_its_limits(api: ScheduleClient, metadata: dict[str, str]) -> None:
    path = await api.schedule()
    order = await api.order(metadata=metadata)
    created = await api.call("POST", "/schedules", order)
    changed = await api.call("PATCH", path, {"metadata": metadata})
    for answer in (created, changed):
        assert refused(answer) == (422, "VALIDATION_ERROR")


async def test_cron_may_have_six_fields(api: ScheduleClient) -> None:
    order = await api.order(frequency="custom", cron="30 0 9 * * 1")
    made = await api.ok("POST", "/schedules", order)
    assert made["next_run_at"].endswith("09:00:30Z")
