"""Webhooks, mailboxes and chains in the sandbox."""

import re
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.webhooks import sign
from support.sandbox_http import LIVE_KEY
from support.schedule_sandbox import ScheduleClient, refused

BODY = b'{"event":"order.placed"}'


@pytest.fixture
def api() -> ScheduleClient:
    return ScheduleClient()


async def add(api: ScheduleClient, path: str, kind: str, **more: object) -> dict[str, Any]:
    return await api.ok("POST", f"{path}/triggers", {"kind": kind, **more})


async def fire(
    api: ScheduleClient,
    trigger: dict[str, Any],
    body: bytes = BODY,
    headers: dict[str, str] | None = None,
) -> Response:
    """As an outside system does; properly signed unless headers are given."""
    signature = sign(trigger["webhook_secret"], body, int(api.clock.now().timestamp()))
    headers = headers or {"Coasty-Signature": signature}
    return await api.http.post(trigger["webhook_url"], content=body, headers=headers)


async def chain(api: ScheduleClient, source: str, target: str, **more: object) -> Response:
    body = {"kind": "chain", "source_schedule_id": source.rpartition("/")[2], **more}
    return await api.call("POST", f"{target}/triggers", body)


async def test_an_outside_system_starts_a_run_by_a_signed_request(api: ScheduleClient) -> None:
    path = await api.schedule(frequency="daily", time="09:00", timezone="America/New_York")
    trigger = await add(api, path, "webhook")
    assert re.fullmatch(r"whsec_[0-9a-f]{64}", trigger["webhook_secret"])
    assert re.fullmatch(
        r"http://sandbox/v1/triggers/webhook/whk_[0-9a-f]{24}", trigger["webhook_url"]
    )
    del api.http.headers["X-API-Key"]
    fired = await fire(api, trigger)
    assert fired.headers["X-Coasty-Webhook-Deduplicated"] == "false"
    assert fired.json()["received"] is True
    assert fired.json()["deduplicated"] is False
    api.http.headers["X-API-Key"] = "sk-coasty-test-0"
    api.clock.pass_by(seconds=3)
    [run] = await api.runs(path)
    assert (run["id"], run["trigger"]) == (fired.json()["run_id"], "webhook")
    assert run["status"] == "completed"


async def test_the_secret_is_shown_once(api: ScheduleClient) -> None:
    path = await api.schedule()
    made = await add(api, path, "webhook", rate_limit_per_minute=10)
    [listed] = (await api.ok("GET", f"{path}/triggers"))["data"]
    assert listed == {
        name: value for name, value in made.items() if name not in ("webhook_secret", "request_id")
    }


async def test_a_repeated_request_for_a_trigger_shows_the_same_secret(api: ScheduleClient) -> None:
    path = await api.schedule()
    replies = [
        await api.call(
            "POST", f"{path}/triggers", {"kind": "webhook"}, **{"Idempotency-Key": "once"}
        )
        for _ in range(2)
    ]
    assert replies[0].json() == replies[1].json()
    assert len((await api.ok("GET", f"{path}/triggers"))["data"]) == 1


async def test_a_removed_trigger_fires_no_more(api: ScheduleClient) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook")
    one = f"{path}/triggers/{trigger['id']}"
    removed = await api.ok("DELETE", one)
    assert (removed["deleted"], removed["trigger_id"]) == (True, trigger["id"])
    assert refused(await fire(api, trigger)) == (404, "NOT_FOUND")
    assert refused(await api.call("DELETE", one)) == (404, "NOT_FOUND")


async def test_a_webhook_of_a_deleted_schedule_is_gone(api: ScheduleClient) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook")
    await api.ok("DELETE", path)
    assert refused(await fire(api, trigger)) == (404, "NOT_FOUND")


async def test_the_same_body_starts_one_run_a_minute(api: ScheduleClient) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook")
    first = await fire(api, trigger)
    api.clock.pass_by(seconds=59)
    again = await fire(api, trigger)
    assert again.headers["X-Coasty-Webhook-Deduplicated"] == "true"
    assert again.json()["deduplicated"] is True
    assert again.json()["run_id"] == first.json()["run_id"]
    await fire(api, trigger, b"another body")
    assert len(await api.runs(path)) == 2
    api.clock.pass_by(seconds=1)
    assert (await fire(api, trigger)).json()["deduplicated"] is False


async def test_a_webhook_fires_no_oftener_than_its_rate(api: ScheduleClient) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook", rate_limit_per_minute=2)
    for body in (b"1", b"2"):
        assert (await fire(api, trigger, body)).status_code == 200
    api.clock.pass_by(seconds=10)
    reply = await fire(api, trigger, b"3")
    assert refused(reply) == (429, "RATE_LIMITED")
    assert reply.headers["Retry-After"] == "50"
    assert (await fire(api, trigger, b"2")).json()["deduplicated"] is True
    api.clock.pass_by(seconds=50)
    assert (await fire(api, trigger, b"3")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Nothing": ""},
        {"Coasty-Signature": "signed"},
        {"Coasty-Signature": "{other}"},
        {"Coasty-Signature": "{stale}"},
        {"Coasty-Signature": "{good}", "X-Coasty-Signature": "{good}"},
    ],
    ids=["none", "malformed", "another secret", "stale", "two"],
)
async def test_a_request_that_is_not_properly_signed_is_refused(
    api: ScheduleClient, headers: dict[str, str]
) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook")
    now, secret = int(api.clock.now().timestamp()), trigger["webhook_secret"]
    signatures = {
        "good": sign(secret, BODY, now),
        "stale": sign(secret, BODY, now - 301),
        "other": sign("whsec_other", BODY, now),
    }
    signed = {name: value.format(**signatures) for name, value in headers.items()}
    assert refused(await fire(api, trigger, headers=signed)) == (401, "INVALID_SIGNATURE")
    assert await api.runs(path) == []


async def test_the_other_name_of_the_signature_header_will_do(api: ScheduleClient) -> None:
    trigger = await add(api, await api.schedule(), "webhook")
    signature = sign(trigger["webhook_secret"], BODY, int(api.clock.now().timestamp()))
    reply = await fire(api, trigger, headers={"X-Coasty-Signature": signature})
    assert reply.status_code == 200


async def test_a_body_has_at_most_a_megabyte(api: ScheduleClient) -> None:
    trigger = await add(api, await api.schedule(), "webhook")
    assert (await fire(api, trigger, b"x" * 2**20)).status_code == 200
    reply = await fire(api, trigger, b"x" * (2**20 + 1))
    assert refused(reply) == (413, "PAYLOAD_TOO_LARGE")


async def test_an_unknown_webhook_is_not_found(api: ScheduleClient) -> None:
    reply = await api.http.post("/triggers/webhook/whk_0", content=BODY)
    assert refused(reply) == (404, "NOT_FOUND")


async def test_a_trigger_that_is_switched_off_takes_the_request_and_starts_nothing(
    api: ScheduleClient,
) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook", enabled=False)
    reply = await fire(api, trigger)
    assert (reply.status_code, reply.json()["received"]) == (200, True)
    assert reply.json()["run_id"] is None
    assert await api.runs(path) == []


async def test_a_webhook_of_a_paused_schedule_is_refused(api: ScheduleClient) -> None:
    path = await api.schedule()
    trigger = await add(api, path, "webhook")
    await api.ok("POST", f"{path}/pause")
    assert refused(await fire(api, trigger)) == (409, "SCHEDULE_INACTIVE")
    await api.ok("POST", f"{path}/resume")
    assert (await fire(api, trigger)).json()["run_id"]


async def test_a_trigger_that_nothing_can_reach_says_so(api: ScheduleClient) -> None:
    path = await api.schedule()
    assert "listens on no port" in (await add(api, path, "webhook"))["note"]
    assert "receives no mail" in (await add(api, path, "email"))["note"]
    listed = (await api.ok("GET", f"{path}/triggers"))["data"]
    assert all(trigger["note"] for trigger in listed)


async def test_what_was_set_for_a_trigger_is_told_back(api: ScheduleClient) -> None:
    source, path = await api.schedule(), await api.schedule()
    await add(api, path, "webhook", rate_limit_per_minute=7)
    assert (await chain(api, source, path, pass_output=False)).is_success
    webhook, link = (await api.ok("GET", f"{path}/triggers"))["data"]
    assert webhook["rate_limit_per_minute"] == 7
    assert link["pass_output"] is False


async def test_a_webhook_knows_what_has_happened_in_the_meantime(api: ScheduleClient) -> None:
    path = await api.schedule(frequency=None, run_at="2026-05-01T09:00:00Z")
    trigger = await add(api, path, "webhook")
    api.clock.pass_by(hours=1)
    assert refused(await fire(api, trigger)) == (409, "SCHEDULE_INACTIVE")
    assert [run["trigger"] for run in await api.runs(path)] == ["run_at"]


async def test_a_live_webhook_needs_20_credits_in_the_wallet() -> None:
    api = ScheduleClient(LIVE_KEY, wallet_cents=20)
    trigger = await add(api, await api.schedule(), "webhook")
    api.world.accounts["live"].wallet.cents = 19
    assert refused(await fire(api, trigger)) == (402, "INSUFFICIENT_CREDITS")


@pytest.mark.parametrize(("label", "start"), [({"email_label": "in.box"}, "in.box"), ({}, "agent")])
async def test_a_mail_trigger_gets_an_address_of_its_own(
    api: ScheduleClient, label: dict[str, str], start: str
) -> None:
    path = await api.schedule()
    made = [(await add(api, path, "email", **label))["email_address"] for _ in range(2)]
    made.append((await api.ok("POST", "/triggers/email-mailbox", label))["email_address"])
    assert len(set(made)) == 3
    for address in made:
        assert re.fullmatch(re.escape(start) + r"\.[0-9a-f]{8}@agents\.coasty\.ai", address)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "VALIDATION_ERROR")),
        ({"kind": "sms"}, (422, "VALIDATION_ERROR")),
        ({"kind": "webhook", "rate_limit_per_minute": 601}, (422, "VALIDATION_ERROR")),
        ({"kind": "webhook", "url": "x"}, (422, "VALIDATION_ERROR")),
        ({"kind": "email", "email_label": "No Spaces"}, (422, "VALIDATION_ERROR")),
        ({"kind": "chain"}, (422, "VALIDATION_ERROR")),
        (
            {"kind": "chain", "source_schedule_id": "x", "event": "on_start"},
            (422, "VALIDATION_ERROR"),
        ),
        ({"kind": "chain", "source_schedule_id": "sch_test_0"}, (404, "NOT_FOUND")),
    ],
    ids=str,
)
async def test_a_wrong_trigger_is_refused(
    api: ScheduleClient, body: dict[str, object], expected: tuple[int, str]
) -> None:
    path = await api.schedule()
    assert refused(await api.call("POST", f"{path}/triggers", body)) == expected
    assert (await api.ok("GET", f"{path}/triggers"))["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/schedules/x/triggers", "schedules:read"),
        ("POST", "/schedules/x/triggers", "triggers:write"),
        ("DELETE", "/schedules/x/triggers/y", "triggers:write"),
        ("POST", "/triggers/email-mailbox", "triggers:write"),
    ],
)
async def test_every_request_needs_its_scope(
    api: ScheduleClient, method: str, path: str, scope: str
) -> None:
    reply = await api.call(method, path, {}, **{"X-API-Key": api.world.mint(["predict"])})
    assert refused(reply) == (403, "INSUFFICIENT_SCOPE")
    assert reply.json()["error"]["required_scope"] == scope
