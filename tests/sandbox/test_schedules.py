"""Schedules in the sandbox: what creates, changes and runs them."""

import pytest

from coasty_mcp.sandbox import sandbox_client
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
