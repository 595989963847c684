"""What every request of the sandbox passes, whatever it is about."""

import subprocess
import sys

import anyio
import pytest
from httpx2 import ASGITransport, AsyncClient

from coasty_mcp.api.errors import BY_CODE
from coasty_mcp.sandbox import SANDBOX_KEY, World, build_sandbox, sandbox_client
from coasty_mcp.sandbox.http.forced_errors import FORCIBLE
from coasty_mcp.sandbox.world.machines import Machines
from support.mcp_client import Clock
from support.sandbox_http import LIVE, LIVE_KEY, code

BOT = {"display_name": "bot"}
PROMISED = {"code", "message", "type", "request_id", "retryable", "retry_with_same_idempotency_key"}


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock.now, patience=0.01)


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "expected"),
    [
        ("GET", "/nowhere", {}, "", 404, "NOT_FOUND"),
        ("GET", "/machines/", {}, "", 404, "NOT_FOUND"),
        ("DELETE", "/models", {}, "", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/models", {"X-API-Key": ""}, "", 401, "INVALID_API_KEY"),
        ("GET", "/models", {"X-API-Key": "sk-coasty-test-xyz"}, "", 401, "INVALID_API_KEY"),
        ("GET", "/models", {"X-API-Key": f"Bearer {SANDBOX_KEY}"}, "", 401, "INVALID_API_KEY"),
        ("GET", "/machines?limit=0", {}, "", 400, "INVALID_LIMIT"),
        ("GET", "/machines?limit=201", {}, "", 400, "INVALID_LIMIT"),
        ("GET", "/machines?limit=many", {}, "", 400, "INVALID_LIMIT"),
        ("POST", "/machines", {}, "{oops", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {}, "", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {}, "[]", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {}, "null", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {"Idempotency-Key": "a"}, "{oops", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {"Idempotency-Key": "a b"}, "{}", 422, "VALIDATION_ERROR"),
        ("POST", "/machines", {"Idempotency-Key": "a" * 129}, "{}", 422, "VALIDATION_ERROR"),
        ("POST", "/machines/x/actions", {}, " " * 1_048_577, 413, "PAYLOAD_TOO_LARGE"),
        ("GET", "/models", {"X-Sandbox-Force-Error": "NO_SUCH"}, "", 422, "VALIDATION_ERROR"),
    ],
)
async def test_a_wrong_request_gets_its_status_and_code(
    http: AsyncClient,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str,
    status: int,
    expected: str,
) -> None:
    answer = await http.request(method, path, headers=headers, content=body)
    assert (answer.status_code, code(answer)) == (status, expected)
    assert answer.json()["error"].keys() >= PROMISED
    assert answer.json()["error"]["request_id"] == answer.headers["X-Coasty-Request-Id"]
    assert answer.headers["Link"].endswith('rel="help"')


async def test_a_missing_key_is_refused_and_named_bearer(http: AsyncClient) -> None:
    del http.headers["X-API-Key"]
    answer = await http.get("/models")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_key_may_come_as_bearer_token(http: AsyncClient) -> None:
    del http.headers["X-API-Key"]
    answer = await http.get("/models", headers={"Authorization": f"Bearer {SANDBOX_KEY}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("key", "kind"),
    [(SANDBOX_KEY, "test"), (LIVE_KEY, "live"), ("cua_sk_0f", "legacy")],
)
async def test_an_answer_says_what_kind_of_key_it_is_for(
    http: AsyncClient, key: str, kind: str
) -> None:
    answer = await http.get("/models", headers={"X-API-Key": key})
    assert answer.headers["X-Coasty-Key-Kind"] == kind
    assert answer.headers.get("X-Coasty-Test-Mode") == ("true" if kind == "test" else None)
    assert answer.headers["X-Coasty-Request-Id"] == answer.json()["request_id"]


async def test_a_live_key_does_not_see_what_a_test_key_made(http: AsyncClient) -> None:
    machine = (await http.post("/machines", json=BOT)).json()["machine"]["id"]
    answer = await http.get(f"/machines/{machine}", headers=LIVE)
    assert (answer.status_code, code(answer)) == (404, "MACHINE_NOT_FOUND")
    assert (await http.get("/machines", headers=LIVE)).json()["data"] == []


async def test_a_minted_key_may_do_only_what_it_was_minted_for(
    http: AsyncClient, world: World
) -> None:
    headers = {"X-API-Key": world.mint(["machines:read", "predict"])}
    assert (await http.get("/machines", headers=headers)).status_code == 200
    error = (await http.post("/machines", json=BOT, headers=headers)).json()["error"]
    assert error["code"] == "INSUFFICIENT_SCOPE"
    assert error["required_scope"] == "machines:write"
    assert error["current_scopes"] == ["machines:read", "predict"]


@pytest.mark.parametrize("forced", sorted(FORCIBLE))
async def test_every_documented_error_can_be_had_for_the_asking(
    http: AsyncClient, forced: str
) -> None:
    answer = await http.get("/machines", headers={"X-Sandbox-Force-Error": forced})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (BY_CODE[forced].status, forced)
    assert error["retryable"] is BY_CODE[forced].retryable
    assert error["suggestion"]
    assert answer.headers.get("Retry-After") == (
        str(error["retry_after"]) if "retry_after" in error else None
    )


async def test_a_forced_error_needs_a_key_first(http: AsyncClient) -> None:
    headers = {"X-API-Key": "nonsense", "X-Sandbox-Force-Error": "DB_UNAVAILABLE"}
    assert (await http.get("/machines", headers=headers)).status_code == 401


async def test_a_bug_is_answered_with_an_envelope(http: AsyncClient, world: World) -> None:
    del world.accounts["test"]
    answer = await http.get("/machines")
    assert (answer.status_code, code(answer)) == (500, "INTERNAL_ERROR")


async def test_a_repeat_with_the_same_key_gets_the_same_answer(http: AsyncClient) -> None:
    headers = {"Idempotency-Key": "once:1"}
    first = await http.post("/machines", json={**BOT, "os_type": "linux"}, headers=headers)
    again = await http.post("/machines", json={"os_type": "linux", **BOT}, headers=headers)
    assert first.headers["Idempotency-Replayed"] == "false"
    assert again.content == first.content
    assert again.headers["X-Coasty-Idempotent-Replay"] == "true"
    assert again.headers["Idempotency-Status"] == "completed"
    assert again.headers["X-Credits-Charged"] == "0"
    assert len((await http.get("/machines")).json()["data"]) == 1


async def test_another_body_under_the_same_key_is_refused(http: AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    await http.post("/machines", json=BOT, headers=headers)
    answer = await http.post("/machines", json={"display_name": "other"}, headers=headers)
    assert (answer.status_code, code(answer)) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_the_same_idempotency_key_of_another_api_key_is_another(
    http: AsyncClient, world: World
) -> None:
    other = {"X-API-Key": world.mint(["machines:write"])}
    for headers in ({}, other):
        sent = {"Idempotency-Key": "once", **headers}
        answer = await http.post("/machines", json=BOT, headers=sent)
        assert answer.headers["Idempotency-Replayed"] == "false"


async def test_a_failure_is_not_remembered(http: AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    assert (await http.post("/machines", json={}, headers=headers)).status_code == 422
    assert (await http.post("/machines", json=BOT, headers=headers)).status_code == 200


async def test_an_answer_is_forgotten_after_a_day(http: AsyncClient, clock: Clock) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await http.post("/machines", json=BOT, headers=headers)
    clock.pass_by(hours=24)
    again = await http.post("/machines", json=BOT, headers=headers)
    assert again.json()["machine"]["id"] != first.json()["machine"]["id"]


async def test_a_key_on_an_operation_without_replay_does_nothing(http: AsyncClient) -> None:
    answer = await http.get("/machines", headers={"Idempotency-Key": "not even ! valid"})
    assert answer.status_code == 200
    assert "Idempotency-Replayed" not in answer.headers


async def test_a_repeat_while_the_first_is_running_is_told_to_wait(
    http: AsyncClient, world: World
) -> None:
    headers = {"Idempotency-Key": "slow"}
    machine = (await http.post("/machines", json=BOT)).json()["machine"]["id"]
    path, command = f"/machines/{machine}/terminal", {"command": "pwd"}
    lock = world.accounts["test"].area(Machines).get(machine).lock
    async with anyio.create_task_group() as tasks, lock:
        tasks.start_soon(lambda: http.post(path, json=command, headers=headers))
        await anyio.wait_all_tasks_blocked()
        answer = await http.post(path, json=command, headers=headers)
        assert (answer.status_code, code(answer)) == (409, "IDEMPOTENCY_IN_FLIGHT")
        assert answer.json()["error"]["retry_with_same_idempotency_key"] is True
        assert answer.headers["Retry-After"] == "1"
        assert answer.headers["Idempotency-Status"] == "processing"
        assert (await http.get("/idempotency/slow")).json()["status"] == "processing"
    finished = await http.post(path, json=command, headers=headers)
    assert finished.headers["X-Coasty-Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    ("forced", "headers", "repeatable"),
    [
        ("DB_UNAVAILABLE", {"Idempotency-Key": "once"}, True),
        ("DB_UNAVAILABLE", {}, False),
        ("PREDICTION_FAILED", {"Idempotency-Key": "once"}, False),
        ("INVALID_STATE", {"Idempotency-Key": "once"}, False),
    ],
)
async def test_an_error_says_whether_to_repeat_with_the_same_key(
    http: AsyncClient, forced: str, headers: dict[str, str], repeatable: bool
) -> None:
    answer = await http.post("/machines", headers={"X-Sandbox-Force-Error": forced, **headers})
    assert answer.json()["error"]["retry_with_same_idempotency_key"] is repeatable


async def test_too_many_requests_in_a_minute_are_refused(clock: Clock) -> None:
    clock.pass_by(seconds=30)
    async with sandbox_client(World(clock=clock.now, rate_per_minute=2)) as http:
        headers = (await http.get("/models")).headers
        assert (headers["X-RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("2", "1")
        await http.get("/models")
        refused = await http.get("/models")
        assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
        assert refused.headers["Retry-After"] == "30"
        clock.pass_by(seconds=30)
        assert (await http.get("/models")).status_code == 200


def test_pillow_is_not_loaded_before_it_is_needed() -> None:
    lazy = "import sys, coasty_mcp.sandbox; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lazy], check=False).returncode == 0


async def test_ids_are_the_same_in_every_world_with_the_same_seed() -> None:
    async def first_machine(seed: int) -> str:
        async with sandbox_client(World(seed)) as http:
            return (await http.post("/machines", json=BOT)).json()["machine"]["id"]

    assert await first_machine(1) == await first_machine(1) != await first_machine(2)


@pytest.mark.parametrize("area", ["", "/machines", "/schedules", "/triggers"])
async def test_health_needs_no_key(http: AsyncClient, area: str) -> None:
    del http.headers["X-API-Key"]
    answer = await http.get(f"{area}/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8787"}, 200),
        ({"Host": "[::1]:8787"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8787"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "127.0.0.1@evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
        ({"Origin": "file://"}, 403),
    ],
    ids=str,
)
async def test_on_a_port_only_this_computer_is_answered(
    headers: dict[str, str], status: int
) -> None:
    transport = ASGITransport(build_sandbox(World()))
    known = {"X-API-Key": SANDBOX_KEY, "Host": "127.0.0.1:8787"}
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8787/v1") as http:
        answer = await http.get("/machines", headers={**known, **headers})
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["error"].keys() >= PROMISED
