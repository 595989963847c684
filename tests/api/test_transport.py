"""One request: sent, tried again when that is safe, and read. Waits are asked for, not slept."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from httpx2 import (
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    MockTransport,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Request,
    Response,
)

from coasty_mcp.api.client import Backoff, Coasty, Transport
from coasty_mcp.api.errors import (
    CoastyError,
    NoAnswer,
    ServiceUnavailable,
    UnexpectedReply,
    Unreachable,
)
from coasty_mcp.api.wire.base import Receipt
from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.api.wire.predict import ParseRequest
from support.fakes import NO_MACHINES, Flaky, refusal
from support.mcp_client import Clock

BUSY = refusal(503, "SERVICE_UNAVAILABLE")
MACHINE = Response(200, json={"machine": {"id": "m", "display_name": "d", "status": "running"}})
BOT = ProvisionMachine(display_name="bot")


def coasty(api: Flaky, clock: Clock) -> Coasty:
    return Coasty(Transport(api.client(), Backoff(jitter=lambda: 1), clock.sleep))


def because(cause: Exception) -> ConnectError:
    error = ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


async def test_a_busy_api_is_asked_again_later_and_later(clock: Clock) -> None:
    api = Flaky(BUSY, ConnectError("refused"), Response(502), NO_MACHINES)
    assert (await coasty(api, clock).machines.list(5)).data == []
    assert clock.slept == [0.5, 1, 2]


def test_waits_grow_up_to_a_limit_and_are_spread_by_chance() -> None:
    backoff = Backoff(max_attempts=9, jitter=lambda: 0.5)
    assert [backoff.wait(tried, 0) for tried in range(1, 7)] == [0.25, 0.5, 1, 2, 4, 4]


@pytest.mark.parametrize("seconds", [7, 0])
@pytest.mark.parametrize("where", ["header", "body"])
async def test_the_api_says_how_long_to_wait(clock: Clock, where: str, seconds: int) -> None:
    busy = refusal(429, "RATE_LIMITED", **({"retry_after": seconds} if where == "body" else {}))
    if where == "header":
        busy.headers["Retry-After"] = str(seconds)
    await coasty(Flaky(busy, NO_MACHINES), clock).machines.list(5)
    assert clock.slept == [seconds]


@pytest.mark.parametrize("status", [429, 502])
async def test_a_balancer_that_is_busy_is_asked_again(clock: Clock, status: int) -> None:
    busy = Response(status, html="<h1>Too many requests</h1>")
    assert await coasty(Flaky(busy, NO_MACHINES), clock).machines.list(5)


async def test_the_headers_of_a_reply_are_its_receipt(clock: Clock) -> None:
    headers = {
        "X-Coasty-Request-Id": "req_1",
        "X-Coasty-Key-Kind": "test",
        "X-Credits-Charged": "3",
        "X-Credits-Remaining": "97",
        "X-Coasty-Idempotent-Replay": "true",
        "X-Sandbox-Guess": "true",
    }
    answer = Response(200, json={"data": []}, headers=headers)
    listed = await coasty(Flaky(answer), clock).machines.list(5)
    assert listed.receipt == Receipt(
        "req_1", "test", charged=3, remaining=97, replayed=True, guessed=True
    )


async def test_the_api_may_give_the_wait_as_a_date(clock: Clock) -> None:
    busy = refusal(503, "SERVICE_UNAVAILABLE")
    later = datetime.now(UTC) + timedelta(seconds=20)
    busy.headers["Retry-After"] = format_datetime(later, usegmt=True)
    await coasty(Flaky(busy, NO_MACHINES), clock).machines.list(5)
    [waited] = clock.slept
    assert 10 < waited <= 20


async def test_a_date_that_has_passed_means_at_once(clock: Clock) -> None:
    busy = refusal(503, "SERVICE_UNAVAILABLE")
    busy.headers["Retry-After"] = "Wed, 21 Oct 2015 07:28:00 GMT"
    await coasty(Flaky(busy, NO_MACHINES), clock).machines.list(5)
    assert clock.slept == [0]


async def test_nobody_waits_longer_than_the_host_does(clock: Clock) -> None:
    api = Flaky(refusal(429, "RATE_LIMITED", retry_after=60))
    with pytest.raises(CoastyError, match="Wait 60 s"):
        await coasty(api, clock).machines.list(5)
    assert clock.slept == []


async def test_a_failed_post_is_retried_with_the_same_idempotency_key(clock: Clock) -> None:
    api = Flaky(BUSY, BUSY, MACHINE)
    await coasty(api, clock).machines.provision(BOT)
    keys = {request.headers["Idempotency-Key"] for request in api.requests}
    assert len(api.requests) == 3
    assert len(keys) == 1


async def test_two_calls_have_two_idempotency_keys(clock: Clock) -> None:
    api = Flaky(MACHINE, MACHINE)
    for _ in range(2):
        await coasty(api, clock).machines.provision(BOT)
    first, second = (request.headers["Idempotency-Key"] for request in api.requests)
    assert first != second


async def test_a_post_is_not_retried_when_its_key_is_spent(clock: Clock) -> None:
    api = Flaky(refusal(500, "PREDICTION_FAILED", retry_with_same_idempotency_key=False))
    with pytest.raises(CoastyError, match="PREDICTION_FAILED"):
        await coasty(api, clock).machines.provision(BOT)
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "answer", [BUSY, Response(502), ConnectError("refused"), ReadError("lost")]
)
async def test_a_post_without_a_key_is_sent_once(
    clock: Clock, answer: Response | Exception
) -> None:
    api = Flaky(answer)
    with pytest.raises(CoastyError):
        await coasty(api, clock).predictions.parse(ParseRequest(code="x"))
    assert "Idempotency-Key" not in api.requests[0].headers
    assert clock.slept == []


async def test_what_the_api_calls_final_is_final(clock: Clock) -> None:
    api = Flaky(refusal(503, "BILLING_UNAVAILABLE", retryable=False))
    with pytest.raises(CoastyError, match="Nothing was charged"):
        await coasty(api, clock).machines.list(5)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (BUSY, ServiceUnavailable),
        (ConnectError("refused"), Unreachable),
        (Response(504), UnexpectedReply),
    ],
)
async def test_after_four_attempts_the_failure_is_told(
    clock: Clock, answer: Response | Exception, kind: type[CoastyError]
) -> None:
    api = Flaky(*[answer] * 4)
    with pytest.raises(kind) as failure:
        await coasty(api, clock).machines.list(5)
    assert "call again" in failure.value.facts["suggestion"]
    assert len(api.requests) == 4


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (because(ConnectionRefusedError(111, "refused")), "nothing answers at that address"),
        (because(socket.gaierror(-2, "Name or service not known")), "there is no such host"),
        (because(ssl.SSLCertVerificationError("self-signed")), "its certificate is not trusted"),
        (ConnectError("[Errno 113] No route"), "could not be reached: [Errno 113] No route."),
        (ConnectError(""), "flaky could not be reached: ConnectError."),
        (ConnectTimeout(""), "flaky could not be reached in time."),
        (ReadTimeout(""), "flaky did not answer in time."),
        (ReadError(""), "flaky broke off its answer."),
        (RemoteProtocolError("peer closed"), "flaky broke off its answer."),
    ],
)
async def test_a_broken_connection_is_told_in_words(
    clock: Clock, error: Exception, words: str
) -> None:
    with pytest.raises(Unreachable) as failure:
        await coasty(Flaky(*[error] * 4), clock).machines.list(5)
    assert words in str(failure.value)
    assert failure.value.facts["suggestion"]


@pytest.mark.parametrize(
    ("error", "code"), [(ConnectError("refused"), "UNREACHABLE"), (ReadError("lost"), "NO_ANSWER")]
)
async def test_what_cannot_have_arrived_has_another_code_than_what_may_have(
    clock: Clock, error: Exception, code: str
) -> None:
    with pytest.raises(Unreachable) as failure:
        await coasty(Flaky(*[error] * 4), clock).machines.list(5)
    assert failure.value.facts["code"] == code


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, html="<h1>Log in to the Wi-Fi</h1>"),
        Response(200, content=b'{"data": ['),
        Response(200, content=b'{"data": [NaN'),
        Response(200, content=b'{"data": [{"id": "m1", "display'),
        Response(200, content=b""),
        Response(404, html="<h1>Not found</h1>"),
        Response(302, headers={"Location": "https://elsewhere"}),
    ],
    ids=["html", "broken", "broken at a number", "cut off", "empty", "html error", "redirect"],
)
async def test_an_answer_that_is_none_is_told_in_words(clock: Clock, answer: Response) -> None:
    with pytest.raises(UnexpectedReply) as failure:
        await coasty(Flaky(answer), clock).machines.list(5)
    assert str(failure.value).startswith(
        f"flaky answered {answer.status_code}, but not as the Coasty API does. "
        "Check COASTY_BASE_URL; if it is right, ask Coasty's support."
    )


@pytest.mark.parametrize(
    "answer",
    [
        Response(400, json={"error": "wrong"}),
        Response(422, json={"detail": [{"loc": ["body", "x"], "msg": "wrong"}]}),
    ],
)
async def test_an_error_of_another_form_is_told_with_what_it_says(
    clock: Clock, answer: Response
) -> None:
    with pytest.raises(UnexpectedReply) as failure:
        await coasty(Flaky(answer), clock).machines.list(5)
    said = answer.text.replace('"', r"\"")
    assert f'not as the Coasty API does. It said: "{said}".' in str(failure.value)


async def test_an_api_that_never_answers_is_given_up() -> None:
    async def never(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    http = AsyncClient(transport=MockTransport(never), base_url="http://never")
    with pytest.raises(NoAnswer, match="never took longer than 0 s"):
        await Coasty(Transport(http, Backoff(timeout=0))).machines.list(5)


async def test_a_cancelled_call_is_not_sent_again(clock: Clock) -> None:
    async def cancelled(seconds: float) -> None:
        call.cancel()
        await asyncio.Event().wait()

    clock.sleep = cancelled
    api = Flaky(BUSY, NO_MACHINES)
    call = asyncio.create_task(coasty(api, clock).machines.list(5))
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(api.requests) == 1
