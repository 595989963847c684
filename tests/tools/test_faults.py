"""Tools in front of an API that fails, behind a socket: what they say, how often they ask."""

import gzip
import re
import socket
import ssl
from dataclasses import dataclass
from itertools import product

import pytest
import trustme
from mcp.types import CallToolResult

from support.mcp_client import Clock, error, structured, text
from support.socket_upstream import (
    KEYED,
    LOOKUP,
    NO_MACHINES,
    OK,
    UNKEYED,
    Call,
    Move,
    Upstream,
    answers,
    facing,
    floods,
    hangs_up_after,
    never_answers,
    refuses,
    resets_after,
    trickles,
)

MACHINE = answers(200, {"machine": {"id": "m", "display_name": "bot", "status": "running"}})
SHORT = 0.3
"""Seconds: long enough to be asked, for an API that never answers."""


async def outcome(
    upstream: Upstream, call: Call, clock: Clock, patience: float = 40
) -> CallToolResult:
    """Return the error of one call, after checking that a later call to a healthy API succeeds."""
    async with upstream.listening() as url, facing(url, clock, patience) as model:
        result = await model.call_tool(*call)
        asked = len(upstream.asked)
        upstream.moves = [NO_MACHINES]
        structured(await model.call_tool(*LOOKUP))
        del upstream.asked[asked:]
    return result


@dataclass(frozen=True)
class Fault:
    """An API that may have done what it was asked, but whose answer is none."""

    move: Move
    message: str
    code: str = "NO_ANSWER"
    attempts: int = 4
    patience: float = 40


def unreadable(answer: Move, status: int = 200, attempts: int = 1) -> Fault:
    message = f"127.0.0.1 answered {status}, but not as the Coasty API does."
    return Fault(answer, message, "UNEXPECTED_REPLY", attempts)


BROKEN_OFF = "127.0.0.1 broke off its answer."
TOO_LONG = f"127.0.0.1 took longer than {SHORT:g} s."
TOO_MUCH = "127.0.0.1 answered with more than 32 MB."
HTML = b"<h1>Log in to the Wi-Fi</h1>"
BOMB = gzip.compress(bytes(100_000_000))

FAULTS = {
    "resets before the headers": Fault(resets_after(), BROKEN_OFF),
    "closes before the headers": Fault(hangs_up_after(b""), BROKEN_OFF),
    "resets in the headers": Fault(resets_after(OK), BROKEN_OFF),
    "resets after the headers": Fault(resets_after(OK + b"Content-Length: 9\r\n\r\n"), BROKEN_OFF),
    "cuts the body": Fault(
        hangs_up_after(OK + b'Content-Length: 90\r\n\r\n{"data": ['), BROKEN_OFF
    ),
    "cuts a chunk": Fault(
        hangs_up_after(OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{"), BROKEN_OFF
    ),
    "speaks no HTTP": Fault(hangs_up_after(b"220 mail.example ESMTP\r\n"), BROKEN_OFF),
    "garbles the compression": Fault(answers(200, HTML, {"Content-Encoding": "gzip"}), BROKEN_OFF),
    "trickles": Fault(trickles, TOO_LONG, attempts=1, patience=SHORT),
    "never answers": Fault(never_answers, TOO_LONG, attempts=1, patience=SHORT),
    "sends HTML": unreadable(answers(200, HTML)),
    "sends broken JSON": unreadable(answers(200, b'{"data": [')),
    "sends nested JSON": unreadable(answers(200, b"[" * 100_000)),
    "sends nothing": unreadable(answers(200, b"")),
    "sends HTML for 502": unreadable(answers(502, HTML), 502, attempts=4),
    "sends nothing for 504": unreadable(answers(504, b""), 504, attempts=4),
    "floods": Fault(floods, TOO_MUCH, "UNEXPECTED_REPLY", attempts=1),
    "sends a zip bomb": Fault(
        answers(200, BOMB, {"Content-Encoding": "gzip"}), TOO_MUCH, "UNEXPECTED_REPLY", attempts=1
    ),
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@each_fault
async def test_a_lookup_is_asked_for_again_while_that_may_help(fault: Fault, clock: Clock) -> None:
    upstream = Upstream(fault.move)
    failed = await outcome(upstream, LOOKUP, clock, fault.patience)
    assert text(failed).startswith(fault.message)
    assert text(failed).endswith(f"({fault.code})")
    assert error(failed)["code"] == fault.code
    assert len(upstream.asked) == fault.attempts
    assert clock.slept == [0.5, 1, 2][: fault.attempts - 1]


@each_fault
async def test_what_may_have_been_done_is_asked_for_again_with_its_key_and_then_looked_up(
    fault: Fault, clock: Clock
) -> None:
    upstream = Upstream(fault.move)
    failed = await outcome(upstream, KEYED, clock, fault.patience)
    assert text(failed) == (
        f"{fault.message} It may have been carried out. Call again with idempotency_key="
        '"mine" and the same arguments: it then cannot happen twice. (OUTCOME_UNKNOWN)'
    )
    assert error(failed)["idempotency_key"] == "mine"
    *attempts, lookup = upstream.asked
    assert [(asked.method, asked.key) for asked in attempts] == [("POST", "mine")] * fault.attempts
    assert (lookup.method, lookup.path) == ("GET", "/v1/idempotency/mine")
    assert clock.slept == [0.5, 1, 2][: fault.attempts - 1]


@pytest.mark.parametrize("call", [LOOKUP, KEYED, UNKEYED], ids=["lookup", "keyed", "unkeyed"])
async def test_a_success_of_a_wrong_shape_is_shown_and_not_asked_for_again(
    call: Call, clock: Clock
) -> None:
    upstream = Upstream(answers(200, b'{"data": "\xff", "machine": 5, "actions": 1}'))
    failed = await outcome(upstream, call, clock)
    assert re.match(
        r"127\.0\.0\.1 answered 200, but \w+ cannot be read: .* It said: ", text(failed)
    )
    assert "call again" not in text(failed).lower()
    assert error(failed)["code"] == "UNEXPECTED_REPLY"
    assert len(upstream.asked) == 1


@each_fault
async def test_what_has_no_key_is_sent_once(fault: Fault, clock: Clock) -> None:
    upstream = Upstream(fault.move)
    failed = await outcome(upstream, UNKEYED, clock, fault.patience)
    assert text(failed).startswith(fault.message)
    assert error(failed)["code"] == fault.code
    assert [asked.key for asked in upstream.asked] == [None]
    assert clock.slept == []


@pytest.mark.parametrize("call", [LOOKUP, KEYED], ids=["lookup", "keyed"])
async def test_where_nothing_listens_nothing_is_in_doubt(call: Call, clock: Clock) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        async with facing(f"http://127.0.0.1:{port}/v1", clock) as model:
            failed = await model.call_tool(*call)
    assert text(failed) == (
        "127.0.0.1 could not be reached: nothing answers at that address. "
        "Check the connection and COASTY_BASE_URL, then call again. (UNREACHABLE)"
    )
    assert clock.slept == [0.5, 1, 2]


@pytest.mark.parametrize("call", [LOOKUP, KEYED], ids=["lookup", "keyed"])
async def test_a_certificate_that_nobody_knows_ends_it_before_the_key_is_sent(
    call: Call, clock: Clock
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert("127.0.0.1")
    # its types mention pyOpenSSL, which is not here
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    upstream = Upstream(NO_MACHINES)
    async with upstream.listening(context) as url, facing(url, clock) as model:
        failed = await model.call_tool(*call)
    assert text(failed).startswith(
        "127.0.0.1 could not be reached: its certificate is not trusted, "
        "or something between intercepts the connection."
    )
    assert error(failed)["code"] == "UNREACHABLE"
    assert clock.slept == []  # to ask again would not help
    assert upstream.asked == []


@pytest.mark.parametrize("call", [LOOKUP, KEYED], ids=["lookup", "keyed"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_key_does_not_follow_a_redirect(call: Call, status: int, clock: Clock) -> None:
    elsewhere = Upstream(NO_MACHINES)
    async with elsewhere.listening() as url:
        location = {"Location": f"{url.replace('127.0.0.1', 'localhost')}/machines"}
        upstream = Upstream(answers(status, b"", location))
        failed = await outcome(upstream, call, clock)
    assert text(failed).startswith(f"127.0.0.1 answered {status}, but not as the Coasty API does.")
    assert error(failed)["code"] == "UNEXPECTED_REPLY"
    assert len(upstream.asked) == 1
    assert elsewhere.asked == []


async def test_a_large_answer_is_read_and_not_passed_on_whole(clock: Clock) -> None:
    upstream = Upstream(answers(200, b'{"data": [' + b" " * 20_000_000 + b"]}"))
    read = await outcome(upstream, LOOKUP, clock)
    assert structured(read)["data"] == []


async def test_a_reset_is_got_over(clock: Clock) -> None:
    upstream = Upstream(resets_after(), hangs_up_after(b""), answers(502, HTML), MACHINE)
    started = await outcome(upstream, KEYED, clock)
    assert structured(started)["machine"]["id"] == "m"
    assert [asked.key for asked in upstream.asked] == ["mine"] * 4


@pytest.mark.parametrize("call", [LOOKUP, KEYED], ids=["lookup", "keyed"])
@pytest.mark.parametrize(
    ("retry_after", "waits", "advice"),
    [
        (None, [0.5, 1, 2], "Wait a minute and call again."),
        (7, [7, 7, 7], "Wait 7 s and call again."),
        (0, [0, 0, 0], "Wait a minute and call again."),
        (90, [], "Wait 90 s and call again."),
    ],
    ids=["says nothing", "says 7 s", "says at once", "says too long"],
)
async def test_an_api_that_is_busy_is_asked_again_when_it_says(
    call: Call, retry_after: int | None, waits: list[float], advice: str, clock: Clock
) -> None:
    upstream = Upstream(refuses(429, "RATE_LIMITED", retry_after, retryable=True))
    failed = await outcome(upstream, call, clock)
    assert text(failed) == f"It says RATE_LIMITED. {advice} (RATE_LIMITED)"
    assert error(failed)["retryable"] is True
    assert clock.slept == waits
    assert len(upstream.asked) == len(waits) + 1


FLAGS = list(product([None, True, False], repeat=2))
TRANSIENT = {
    500: "INTERNAL_ERROR",
    502: "UPSTREAM_ERROR",
    503: "SERVICE_UNAVAILABLE",
    504: "UPSTREAM_TIMEOUT",
}
each_flag = pytest.mark.parametrize(
    ("retryable", "same_key"), FLAGS, ids=[f"retryable {a}, same key {b}" for a, b in FLAGS]
)
each_status = pytest.mark.parametrize("status", TRANSIENT)


def flagged(status: int, retryable: bool | None, same_key: bool | None) -> Upstream:
    flags = {"retryable": retryable, "retry_with_same_idempotency_key": same_key}
    said = {name: flag for name, flag in flags.items() if flag is not None}
    return Upstream(refuses(status, TRANSIENT[status], **said))


@each_status
@each_flag
async def test_a_post_with_a_key_is_repeated_where_both_flags_allow_it(
    status: int, retryable: bool | None, same_key: bool | None, clock: Clock
) -> None:
    upstream = flagged(status, retryable, same_key)
    failed = await outcome(upstream, KEYED, clock)
    again = retryable is not False and same_key is not False
    assert error(failed)["code"] == TRANSIENT[status]
    assert error(failed)["retryable"] is (retryable is not False)
    assert [asked.key for asked in upstream.asked] == ["mine"] * (4 if again else 1)
    assert clock.slept == ([0.5, 1, 2] if again else [])


@each_status
@each_flag
async def test_a_lookup_is_repeated_where_the_api_calls_that_useful(
    status: int, retryable: bool | None, same_key: bool | None, clock: Clock
) -> None:
    upstream = flagged(status, retryable, same_key)
    failed = await outcome(upstream, LOOKUP, clock)
    assert error(failed)["code"] == TRANSIENT[status]
    assert len(upstream.asked) == (1 if retryable is False else 4)


async def test_a_call_that_is_still_at_work_is_waited_for(clock: Clock) -> None:
    at_work = refuses(
        409,
        "IDEMPOTENCY_IN_FLIGHT",
        retry_after=2,
        retryable=True,
        retry_with_same_idempotency_key=True,
    )
    upstream = Upstream(at_work, at_work, MACHINE)
    started = await outcome(upstream, KEYED, clock)
    assert structured(started)["machine"]["id"] == "m"
    assert [asked.key for asked in upstream.asked] == ["mine"] * 3
    assert clock.slept == [2, 2]
