"""The sandbox's `/machines`: their life and their bill."""

from collections.abc import AsyncGenerator

import pytest
from httpx2 import AsyncClient

from coasty_mcp.sandbox import World, sandbox_client
from support.mcp_client import Clock
from support.sandbox_http import DESKTOP, LIVE, LIVE_KEY, NOON, act, provision


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
async def slow(clock: Clock) -> AsyncGenerator[AsyncClient]:
    """Where machines take 30 s to boot and to stop."""
    async with sandbox_client(World(clock=clock.now, boot_seconds=30)) as client:
        yield client


async def status(http: AsyncClient, machine: str) -> str:
    return (await http.get(machine)).json()["machine"]["status"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "display_name"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "x" * 65}, "display_name"),
        ({"display_name": "x", "os_type": "macos"}, "os_type"),
        ({"display_name": "x", "cpu_cores": 17}, "cpu_cores"),
        ({"display_name": "x", "storage_gb": 7}, "storage_gb"),
        ({"display_name": "x", "ttl_minutes": 4}, "ttl_minutes"),
        ({"display_name": "x", "provider": "gcp"}, "provider"),
        ({"display_name": "x", "machine_id": "y"}, "machine_id"),
        ({"machine_id": "x", "machine_type": "toaster"}, "machine_type"),
        ({"machine_id": "x", "machine_type": ["desktop"]}, "machine_type"),
        ({"machine_id": 7}, "display_name"),
        ({"display_name": "x", "metadata": {"n": 1}}, "metadata"),
        ({"display_name": "x", "metadata": {str(n): "" for n in range(17)}}, "metadata"),
        ({"display_name": "x", "metadata": {"n" * 65: ""}}, "metadata"),
        ({"display_name": "x", "metadata": {"n": "v" * 257}}, "metadata"),
        ({"display_name": "x", "restore_from_snapshot": True}, "restore_from_snapshot"),
    ],
)
async def test_a_machine_that_cannot_be_is_refused_by_the_name_of_the_field(
    http: AsyncClient, body: dict[str, object], field: str
) -> None:
    answer = await http.post("/machines", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "VALIDATION_ERROR")
    assert error["details"][0]["loc"][:2] == ["body", field]


async def test_a_new_machine_runs_at_once_and_is_described_in_full(http: AsyncClient) -> None:
    wanted = {**DESKTOP, "os_type": "windows", "ttl_minutes": 60, "metadata": {"team": "qa"}}
    answer = (await http.post("/machines", json=wanted)).json()
    machine = answer["machine"]
    assert machine["id"].startswith("mch_test_")
    assert machine["status"] == "running"
    assert machine["is_test"] is True
    assert machine["metadata"] == {"team": "qa"}
    assert machine["started_at"] == "2026-08-22T12:00:00Z"
    assert machine["auto_destroy_at"] == "2026-08-22T13:00:00Z"
    assert machine["billing"]["running_credits_per_hour"] == 9
    assert answer["connection"]["has_vnc_password"] is True
    assert "vnc_password" not in answer["connection"]


@pytest.mark.parametrize(
    ("os_type", "command", "shown"),
    [
        ("linux", "nproc; free -m | tail -1; df -h | tail -1", ("4\n", "8192", "64.0G")),
        (
            "windows",
            "Get-CimInstance Win32_Processor; Get-CimInstance Win32_ComputerSystem; "
            "Get-CimInstance Win32_LogicalDisk",
            ("NumberOfCores : 4", "TotalPhysicalMemory : 8589934592", ": 68719476736"),
        ),
    ],
)
async def test_its_terminal_tells_the_hardware_that_was_asked_for(
    http: AsyncClient, os_type: str, command: str, shown: tuple[str, ...]
) -> None:
    wanted = {"display_name": "x", "cpu_cores": 4, "memory_gb": 8, "storage_gb": 64}
    made = (await http.post("/machines", json={**wanted, "os_type": os_type})).json()["machine"]
    ran = await http.post(f"/machines/{made['id']}/terminal", json={"command": command})
    output = ran.json()["result"]["output"]
    assert [each for each in shown if each not in output] == []


async def test_a_live_machine_has_a_uuid(http: AsyncClient) -> None:
    answer = await http.post("/machines", json=DESKTOP, headers=LIVE)
    assert len(answer.json()["machine"]["id"]) == 36


@pytest.mark.parametrize(("kind", "desktop"), [("browser", True), ("terminal", False)])
async def test_the_old_names_of_the_arguments_still_work(
    http: AsyncClient, kind: str, desktop: bool
) -> None:
    answer = await http.post("/machines", json={"machine_id": "old", "machine_type": kind})
    machine = answer.json()["machine"]
    assert (machine["display_name"], machine["desktop_enabled"]) == ("old", desktop)


async def test_the_newest_machines_come_first_and_the_limit_says_if_there_are_more(
    http: AsyncClient,
) -> None:
    for name in ("one", "two", "three"):
        await provision(http, display_name=name)
    answer = (await http.get("/machines?limit=2")).json()
    assert [machine["display_name"] for machine in answer["data"]] == ["three", "two"]
    assert answer["has_more"] is True
    assert (await http.get("/machines?limit=3")).json()["has_more"] is False


async def test_booting_and_stopping_take_their_time(slow: AsyncClient, clock: Clock) -> None:
    machine = await provision(slow)
    assert await status(slow, machine) == "creating"
    clock.pass_by(seconds=30)
    assert await status(slow, machine) == "running"
    for verb, on_its_way, there in (
        ("stop", "stopping", "stopped"),
        ("start", "starting", "running"),
        ("restart", "restarting", "running"),
    ):
        assert (await slow.post(f"{machine}/{verb}")).json()["status"] == on_its_way
        clock.pass_by(seconds=29)
        assert await status(slow, machine) == on_its_way
        clock.pass_by(seconds=1)
        assert await status(slow, machine) == there
    assert (await slow.delete(machine)).json()["status"] == "deleting"
    clock.pass_by(seconds=30)
    assert await status(slow, machine) == "terminated"


@pytest.mark.parametrize(
    ("before", "verb", "state", "allowed"),
    [
        ([], "start", "running", ["stopped", "suspended"]),
        (["stop"], "stop", "stopped", ["running"]),
        (["stop"], "restart", "stopped", ["running"]),
        (["stop"], "terminal", "stopped", ["running"]),
    ],
)
async def test_a_machine_in_the_wrong_state_says_which_would_be_right(
    http: AsyncClient, before: list[str], verb: str, state: str, allowed: list[str]
) -> None:
    machine = await provision(http)
    for earlier in before:
        await http.post(f"{machine}/{earlier}")
    answer = await http.post(f"{machine}/{verb}", json={"command": "pwd"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "INVALID_STATE")
    assert (error["current_state"], error["allowed_from"]) == (state, allowed)


async def test_terminating_twice_is_no_error_and_it_stays_gone(http: AsyncClient) -> None:
    machine = await provision(http)
    for _ in range(2):
        answer = await http.delete(machine)
        assert (answer.status_code, answer.json()["status"]) == (200, "terminated")
    assert (await http.get("/machines")).json()["data"] == []
    assert (await http.post(f"{machine}/start")).status_code == 409
    assert (await http.patch(machine, json={"ttl_minutes": 60})).status_code == 409


async def test_a_lease_ends_the_machine_unless_it_is_cleared(
    http: AsyncClient, clock: Clock
) -> None:
    mortal, spared = await provision(http, ttl_minutes=5), await provision(http, ttl_minutes=5)
    cleared = (await http.patch(spared, json={"ttl_minutes": 0})).json()
    assert (cleared["ttl_minutes"], cleared["auto_destroy_at"]) == (None, None)
    clock.pass_by(minutes=5)
    assert await status(http, mortal) == "terminated"
    assert await status(http, spared) == "running"


async def test_a_lease_counts_from_when_it_is_set(http: AsyncClient, clock: Clock) -> None:
    machine = await provision(http)
    clock.pass_by(minutes=10)
    lease = (await http.patch(machine, json={"ttl_minutes": 5})).json()
    assert lease["auto_destroy_at"] == "2026-08-22T12:15:00Z"
    assert (await http.patch(machine, json={"ttl_minutes": 4})).status_code == 422


async def test_a_live_machine_is_paid_by_the_minute_rounded_down(
    http: AsyncClient, clock: Clock
) -> None:
    http.headers.update(LIVE)
    machine = await provision(http)
    clock.pass_by(minutes=23, seconds=59)
    billing = (await http.get(machine)).json()["machine"]["billing"]
    assert (billing["accrued_cents"], billing["projected_daily_cents"]) == (1, 120)
    clock.pass_by(seconds=1)
    active = (await http.get("/billing/active")).json()
    assert active["active"][0]["accrued_cents"] == 2
    assert active["current_run_rate_cents_per_hour"] == 5
    await http.post(f"{machine}/stop")
    clock.pass_by(hours=3)
    billing = (await http.get(machine)).json()["machine"]["billing"]
    assert (billing["accrued_cents"], billing["total_credits_billed"]) == (3, 5)
    usage = (await http.get("/usage")).json()
    assert usage["breakdown"]["machine_runtime"]["credits"] == 5
    assert usage["balance"] == 9_995


async def test_a_machine_is_not_paid_for_after_its_lease_has_ended(
    http: AsyncClient, clock: Clock
) -> None:
    http.headers.update(LIVE)
    machine = await provision(http, ttl_minutes=60)
    clock.pass_by(days=3)
    billing = (await http.get(machine)).json()["machine"]["billing"]
    assert billing["total_credits_billed"] == 5


async def test_test_machines_cost_nothing(http: AsyncClient, clock: Clock) -> None:
    await provision(http)
    clock.pass_by(days=300)
    assert (await http.get("/billing/active")).json()["active"] == []
    assert (await http.get("/usage")).json()["balance"] == 10_000


async def test_an_empty_wallet_stops_machines_but_destroys_none(clock: Clock) -> None:
    async with sandbox_client(World(clock=clock.now, wallet_cents=20), LIVE_KEY) as http:
        machine = await provision(http)
        clock.pass_by(hours=5)
        record = (await http.get(machine)).json()["machine"]
        assert record["status"] == "stopped"
        assert record["billing"]["suspended_for_billing"] is True
        assert record["billing"]["total_credits_billed"] == 20


async def test_a_poor_wallet_cannot_provision(clock: Clock) -> None:
    async with sandbox_client(World(clock=clock.now, wallet_cents=19)) as http:
        answer = await http.post("/machines", json=DESKTOP, headers=LIVE)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (402, "INSUFFICIENT_CREDITS")
        assert (error["required"], error["balance"]) == (20, 19)
        assert (await http.post("/machines", json=DESKTOP)).status_code == 200


async def test_a_snapshot_brings_the_files_back_on_another_machine(http: AsyncClient) -> None:
    first = await provision(http)
    await act(http, first, "file_write", path="note.txt", content="kept")
    snapshot = (await http.post(f"{first}/snapshot")).json()
    assert snapshot["credits_charged"] == 0
    await act(http, first, "file_write", path="note.txt", content="changed later")
    second = await provision(http, restore_from_snapshot=True)
    assert (await act(http, second, "file_read", path="note.txt"))["result"]["content"] == "kept"


async def test_a_live_snapshot_costs_a_credit_and_its_replay_does_not(http: AsyncClient) -> None:
    http.headers.update(LIVE)
    machine = await provision(http)
    headers = {"Idempotency-Key": "once"}
    first = await http.post(f"{machine}/snapshot", headers=headers)
    again = await http.post(f"{machine}/snapshot", headers=headers)
    assert (first.headers["X-Credits-Charged"], again.headers["X-Credits-Charged"]) == ("1", "0")
    assert first.headers["X-Credits-Remaining"] == "9999"
    assert again.json()["credits_charged"] == 1


async def test_the_connection_is_full_of_secrets_and_not_to_be_stored(http: AsyncClient) -> None:
    answer = await http.get(f"{await provision(http)}/connection")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["ssh_private_key_pem"]
    assert answer.json()["vnc_password"]


async def test_the_price_list_names_both_systems(http: AsyncClient) -> None:
    runtime = (await http.get("/machines/pricing")).json()["pricing"]["runtime"]
    assert runtime["linux"]["running_credits_per_hour"] == 5
    assert runtime["windows"]["running_credits_per_hour"] == 9


@pytest.mark.parametrize("provider", ["auto", "aws", "azure"])
async def test_a_machine_may_be_wanted_in_a_certain_cloud(http: AsyncClient, provider: str) -> None:
    body = {"display_name": "x", "provider": provider}
    assert (await http.post("/machines", json=body)).json()["machine"]["provider"] == provider
