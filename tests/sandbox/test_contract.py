"""The sandbox's answers against the published contract, operation by operation."""

from datetime import datetime
from typing import Any

import jsonschema
import pytest
from httpx2 import AsyncClient, Response
from jsonschema import Draft202012Validator, FormatChecker

from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from coasty_mcp.sandbox.http.forced_errors import FORCIBLE
from coasty_mcp.sandbox.world.api_keys import SCOPES
from support.api_operations import (
    BODIES,
    CONTRACT,
    LIVE_ONLY,
    OPERATIONS,
    OPS,
    PUBLIC,
    STREAMS,
    Account,
)
from support.run_sandbox import parse_events
from support.sandbox_http import LIVE_KEY

BY_BODY = {  # the scopes that the bodies in operations.py need
    "executeAction": ["actions:exec"],
    "executeBatch": ["actions:exec", "terminal:exec"],
    "filesOp": ["files:read"],
}
SCOPES_OF = {
    name: BY_BODY.get(name, [operation["scope"]])
    for name, operation in OPERATIONS.items()
    if name not in PUBLIC and operation["scope"]
}
CREATED = {"createRun"}
RATED = {
    "predict",
    "createSession",
    "listSessions",
    "getSession",
    "deleteSession",
    "sessionPredict",
    "resetSession",
    "ground",
    "parse",
    "listModels",
    "getUsage",
    "createApiKey",
    "listApiKeys",
    "revokeApiKey",
}
PRICES = {"predict": 5, "createSession": 10, "sessionPredict": 4, "ground": 3, "snapshotMachine": 1}
GUARDED = [name for name in OPERATIONS if name not in PUBLIC]

each_operation = pytest.mark.parametrize("name", OPERATIONS)
each_guarded = pytest.mark.parametrize("name", GUARDED)

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def check(body: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": {"schemas": CONTRACT["schemas"]}}
    jsonschema.validate(body, whole, cls=Draft202012Validator, format_checker=formats)


def check_reply(name: str, answer: Response) -> None:
    assert answer.status_code == (201 if name in CREATED else 200), answer.text
    if name in STREAMS:
        events = parse_events(answer)
        assert [seq for seq, *_ in events] == list(range(1, len(events) + 1)) != []
        for seq, kind, data in events:
            check(data, {"$ref": "#/components/schemas/RunEvent"})
            assert (data["seq"], data["type"]) == (seq, kind)
    else:
        check(answer.json(), OPERATIONS[name]["replies"]["200"])
        assert answer.json()["request_id"] == answer.headers["X-Coasty-Request-Id"]
        assert all(answer.json().get(listed) != [] for listed in ("data", "keys", "sessions"))


def account_for(name: str) -> Account:
    return Account(LIVE_KEY if name in LIVE_ONLY else SANDBOX_KEY)


def failed(answer: Response, status: int, code: str) -> dict[str, Any]:
    """The error, if it is that one and all there."""
    check(answer.json(), {"$ref": "#/components/schemas/ApiError"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert answer.headers["X-Coasty-Request-Id"] == error["request_id"]
    assert answer.headers["Link"].endswith('; rel="help"')
    return error


def test_all_72_operations_are_tried() -> None:
    assert len(CONTRACT["operations"]) == 72


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in LIVE_ONLY])
async def test_an_answer_has_the_shape_that_was_published(name: str) -> None:
    answer = await Account().ask(name)
    check_reply(name, answer)
    assert answer.headers.get("X-Coasty-Test-Mode") == (None if name in PUBLIC else "true")


@each_operation
async def test_a_live_answer_has_its_shape_and_all_its_headers(name: str) -> None:
    answer = await Account(LIVE_KEY).ask(name)
    check_reply(name, answer)
    headers = answer.headers
    assert headers["X-Coasty-Request-Id"].startswith("req_")
    assert headers.get("X-Coasty-Key-Kind") == (None if name in PUBLIC else "live")
    assert ("X-RateLimit-Remaining" in headers) == ("RateLimit-Reset" in headers) == (name in RATED)
    if name in PRICES:
        assert headers["X-Credits-Charged"] == str(PRICES[name])
        assert int(headers["X-Credits-Remaining"]) < 10_000


@each_operation
async def test_a_repeat_counts_once_where_the_contract_says_so(name: str) -> None:
    account, keyed = account_for(name), OPERATIONS[name]["keyed"]
    first = await account.ask(name, **{"Idempotency-Key": "twice"})
    assert ("Idempotency-Replayed" in first.headers) is keyed
    if keyed:
        path, body = first.request.url.path.removeprefix("/v1"), first.request.content
        headers = {"Idempotency-Key": "twice"}
        again = await account.http.post(path, content=body, headers=headers)
        assert again.headers["X-Coasty-Idempotent-Replay"] == "true"
        assert (again.status_code, again.json()) == (first.status_code, first.json())


@pytest.mark.parametrize(
    ("name", "scope"), [(name, scope) for name, scopes in SCOPES_OF.items() for scope in scopes]
)
async def test_an_operation_is_refused_without_its_scope(name: str, scope: str) -> None:
    world = World()
    async with sandbox_client(world, world.mint(SCOPES - {scope})) as http:
        operation, path = OPERATIONS[name], OPERATIONS[name]["path"].removeprefix("/v1")
        path = path.replace("{op}", OPS.get(name, ""))
        answer = await http.request(operation["method"], path, json=BODIES.get(name))
    error = failed(answer, 403, "INSUFFICIENT_SCOPE")
    assert error["required_scope"] == scope
    assert error["current_scopes"] == sorted(SCOPES - {scope})


@pytest.mark.parametrize("name", SCOPES_OF)
async def test_an_operation_needs_no_other_scope(name: str) -> None:
    account = account_for(name)
    key = account.world.mint(SCOPES_OF.get(name, []), "live" if name in LIVE_ONLY else "test")
    answer = await account.ask(name, **{"X-API-Key": key})
    assert answer.is_success, answer.text


@each_guarded
async def test_an_operation_needs_a_key(http: AsyncClient, name: str) -> None:
    operation = OPERATIONS[name]
    headers = {"X-API-Key": "sk-coasty-test-"}
    path = operation["path"].removeprefix("/v1")
    answer = await http.request(operation["method"], path, headers=headers)
    failed(answer, 401, "INVALID_API_KEY")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@each_operation
async def test_every_operation_can_be_made_to_fail(http: AsyncClient, name: str) -> None:
    operation = OPERATIONS[name]
    headers = {"X-Sandbox-Force-Error": "DB_UNAVAILABLE", "Idempotency-Key": "once"}
    path = operation["path"].removeprefix("/v1")
    answer = await http.request(operation["method"], path, headers=headers)
    error = failed(answer, 503, "DB_UNAVAILABLE")
    assert error["retryable"] is True
    assert error["retry_with_same_idempotency_key"] is operation["keyed"]
    assert answer.headers["Retry-After"] == str(error["retry_after"])


@pytest.mark.parametrize("code", sorted(FORCIBLE))
async def test_every_error_has_the_shape_that_was_published(http: AsyncClient, code: str) -> None:
    answer = await http.post("/machines", headers={"X-Sandbox-Force-Error": code})
    failed(answer, FORCIBLE[code].status or 0, code)


async def test_other_methods_are_refused(http: AsyncClient) -> None:
    for path in {operation["path"].removeprefix("/v1") for operation in OPERATIONS.values()}:
        failed(await http.request("TRACE", path), 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("path", ["/ocr", "/machines/", "/machines/x/y", "/keys/a/b", "/../v2"])
async def test_other_paths_are_not_found(http: AsyncClient, path: str) -> None:
    failed(await http.get(path), 404, "NOT_FOUND")
