"""Wrong requests get the documented status and code, in whatever area."""

from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.webhooks import sign
from coasty_mcp.sandbox import SANDBOX_KEY
from support.api_operations import APPROVAL, Account
from support.sandbox_http import LIVE_KEY
from support.wrong_requests import TABLE, Row


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_hundred_wrong_requests_are_tried() -> None:
    assert len({wrong.name for wrong in TABLE}) == len(TABLE) >= 100


@pytest.mark.parametrize("wrong", TABLE, ids=lambda wrong: wrong.name)
async def test_a_wrong_request_is_refused(wrong: Row) -> None:
    account = Account(SANDBOX_KEY if wrong.cents is None else LIVE_KEY)
    for earlier in wrong.after:
        method, path = earlier.split()
        assert (await account.http.request(method, await account.existing(path))).is_success
    method, path = wrong.request.split()
    path, body = await account.existing(path), await account.filled_in(wrong.body)
    if wrong.cents is not None:
        account.world.accounts["live"].wallet.cents = wrong.cents
    raw = body.encode() if isinstance(body, str) else None
    answer = await account.http.request(
        method, path, headers=wrong.headers, content=raw, json=None if raw is not None else body
    )
    assert refused(answer) == wrong.expected, answer.text


@pytest.mark.parametrize(
    ("request_line", "scope"),
    [
        ("POST /predict", "predict"),
        ("GET /sessions", "session"),
        ("POST /parse", "parse"),
        ("GET /keys", "keys"),
        ("GET /llm/keys", "llm_keys"),
        ("GET /usage", "usage"),
        ("GET /machines", "machines:read"),
        ("DELETE /machines/x", "machines:write"),
        ("GET /machines/x/connection", "connection:read"),
        ("POST /machines/x/snapshot", "snapshots:write"),
        ("POST /machines/x/terminal", "terminal:exec"),
        ("GET /schedules", "schedules:read"),
        ("POST /schedules/x/pause", "schedules:write"),
        ("POST /triggers/email-mailbox", "triggers:write"),
        ("GET /runs/x/events", "runs:read"),
        ("POST /runs/x/cancel", "runs:write"),
        ("GET /workflows", "workflows:read"),
        ("POST /workflows/runs", "workflows:write"),
    ],
)
async def test_a_key_without_scopes_is_refused(request_line: str, scope: str) -> None:
    account = Account()
    account.http.headers["X-API-Key"] = account.world.mint([])
    answer = await account.http.request(*request_line.split())
    error = answer.json()["error"]
    assert refused(answer) == (403, "INSUFFICIENT_SCOPE")
    assert (error["required_scope"], error["current_scopes"]) == (scope, [])


@pytest.mark.parametrize(
    ("secret", "body", "age"),
    [
        ("whsec_another", b"{}", 0),
        (None, b"[]", 0),
        (None, b"{}", 301),
        (None, b"{}", -301),
    ],
    ids=["of another secret", "of another body", "stale", "from the future"],
)
async def test_a_signature_that_does_not_fit_starts_nothing(
    secret: str | None, body: bytes, age: int
) -> None:
    account = Account()
    _, trigger = await account.webhook()
    moment = int(account.world.now().timestamp()) - age
    header = sign(secret or trigger["webhook_secret"], body, moment)
    answer = await account.http.post(
        trigger["webhook_url"], content=b"{}", headers={"Coasty-Signature": header}
    )
    assert refused(answer) == (401, "INVALID_SIGNATURE")


async def test_a_flood_is_slowed_down() -> None:
    account = Account(rate_per_minute=2)
    answers = [await account.http.get("/sessions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert refused(answers[-1]) == (429, "RATE_LIMITED")
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("/sessions", {}, {"cua_version": "v1"}),
        ("/machines", {"display_name": "a"}, {"display_name": "b"}),
        ("/workflows/runs", {"definition": APPROVAL}, {"definition": APPROVAL, "inputs": {}}),
    ],
)
async def test_a_key_of_another_request_is_refused(
    path: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    http = Account().http
    http.headers["Idempotency-Key"] = "once"
    assert (await http.post(path, json=first)).is_success
    answer = await http.post(path, json=second)
    assert refused(answer) == (409, "IDEMPOTENCY_KEY_REUSED")
