"""How the client follows a run, over connections and from servers of every kind."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from httpx2 import AsyncByteStream, ConnectError, ReadError, Response

from coasty_mcp.api.client import Backoff, Coasty, Transport
from coasty_mcp.api.errors import NoAnswer, RunNotFound, UnexpectedReply, Unreachable
from coasty_mcp.api.wire.runs import ResumeRun
from coasty_mcp.sandbox import World, sandbox_client
from support.fakes import Flaky, refusal
from support.mcp_client import Clock
from support.run_sandbox import RunClient

STREAM = {"Content-Type": "text/event-stream"}
TextResult = list[tuple[int, str]]


def told(seq: int, kind: str = "step", **data: object) -> str:
    return f"id: {seq}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"


def stream(*frames: str) -> Response:
    return Response(200, headers=STREAM, text="".join(frames))


class Cut(AsyncByteStream):
    """Breaks off after these bytes."""

    def __init__(self, *frames: str) -> None:
        self.sent = "".join(frames).encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.sent
        raise ReadError("The connection broke.")


def cut(*frames: str) -> Response:
    return Response(200, headers=STREAM, stream=Cut(*frames))


class Follower:
    """Follows a run of this API, and remembers how long it waited between connections."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.api = Flaky(*answers)
        self.slept: list[float] = []
        self.coasty = Coasty(Transport(self.api.client(), Backoff(jitter=lambda: 1), self.sleep))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def follow(self, after: int = 0) -> TextResult:
        return [
            (event.seq, event.type) async for event in self.coasty.runs.stream_events("r", after)
        ]

    @property
    def cursors(self) -> list[str | None]:
        return [request.headers.get("Last-Event-ID") for request in self.api.requests]


async def test_every_event_of_a_run_comes_once_and_in_order() -> None:
    clock = Clock()
    world = World(clock=clock.now, sleep=clock.sleep)
    run_id = (await RunClient(world).start()).removeprefix("/runs/")
    coasty = Coasty(Transport(sandbox_client(world)))
    events = [event async for event in coasty.runs.stream_events(run_id)]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].type == "terminal"
    assert events[-1].data["result"]["passed"] is True


async def test_a_follower_can_be_left_while_a_run_waits_and_come_back_later() -> None:
    world = World(pace=0)
    run_id = (await RunClient(world).start("[pause]")).removeprefix("/runs/")
    coasty = Coasty(Transport(sandbox_client(world)))
    first: list[int] = []
    async with aclosing(coasty.runs.stream_events(run_id)) as events:
        async for event in events:
            first.append(event.seq)
            if event.type == "awaiting_human":
                break
    await coasty.runs.resume(run_id, ResumeRun(note="Go."))
    rest = [event async for event in coasty.runs.stream_events(run_id, after=first[-1])]
    assert rest[0].data == {"note": "Go."}
    assert [*first, *(event.seq for event in rest)] == list(range(1, rest[-1].seq + 1))


async def test_a_connection_that_ends_early_is_made_again_after_the_last_event() -> None:
    follower = Follower(stream(told(1), told(2)), stream(told(3), told(4, "done")))
    assert await follower.follow() == [(1, "step"), (2, "step"), (3, "step"), (4, "done")]
    assert follower.cursors == [None, "2"]


async def test_a_connection_that_breaks_is_made_again_after_the_last_whole_event() -> None:
    follower = Follower(cut(told(1), "id: 2\nevent: st"), stream(told(2), told(3, "done")))
    assert await follower.follow() == [(1, "step"), (2, "step"), (3, "done")]
    assert follower.cursors == [None, "1"]


async def test_an_event_that_is_sent_again_is_not_told_again() -> None:
    follower = Follower(stream(told(1), told(2)), stream(told(1), told(2), told(3, "done")))
    assert await follower.follow() == [(1, "step"), (2, "step"), (3, "done")]


async def test_events_are_followed_from_a_number_on() -> None:
    follower = Follower(stream(told(8), told(9, "done")))
    assert await follower.follow(after=7) == [(8, "step"), (9, "done")]
    assert follower.cursors == ["7"]


async def test_keepalives_are_no_events() -> None:
    follower = Follower(stream(": keepalive\n\n", told(1, "done"), ": keepalive\n\n"))
    assert await follower.follow() == [(1, "done")]


@pytest.mark.parametrize("last", ["done", "terminal"])
async def test_either_name_of_the_last_event_ends_it(last: str) -> None:
    assert await Follower(stream(told(1, last))).follow() == [(1, last)]


@pytest.mark.parametrize(
    "frame",
    [
        'id: 1\nevent: done\ndata: {"status": "failed"}\n\n',
        'id: 1\nevent: done\ndata: {"status":\ndata: "failed"}\n\n',
        'event: done\ndata: {"seq": 1, "type": "done", "data": {"status": "failed"}}\n\n',
        'data: {"seq": 1, "type": "done", "data": {"status": "failed"}}\n\n',
        'data: {"id": 1, "type": "done", "data": {"status": "failed"}}\n\n',
        'id: 1\r\nevent: done\r\ndata: {"status": "failed"}\r\n\r\n',
    ],
)
async def test_an_event_is_read_with_its_envelope_and_without(frame: str) -> None:
    events = Follower(stream(frame)).coasty.runs.stream_events("r")
    (event,) = [event async for event in events]
    assert (event.seq, event.type, event.data) == (1, "done", {"status": "failed"})


async def test_bare_data_may_have_a_type_and_a_number_of_its_own() -> None:
    said = {"seq": 7, "type": "text", "data": "none"}
    frame = f"id: 1\nevent: done\ndata: {json.dumps(said)}\n\n"
    events = Follower(stream(frame)).coasty.runs.stream_events("r")
    (event,) = [event async for event in events]
    assert (event.seq, event.type, event.data) == (1, "done", said)


@pytest.mark.parametrize("data", ["{oops", "[]", "null", '"text"'])
async def test_an_event_that_cannot_be_read_is_said_to_be_so(data: str) -> None:
    with pytest.raises(UnexpectedReply, match="An event of the run cannot be read") as failure:
        await Follower(stream(f"id: 1\nevent: step\ndata: {data}\n\n")).follow()
    assert failure.value.facts["status"] == 200


async def test_what_has_no_number_is_no_event_of_the_run() -> None:
    follower = Follower(stream("event: ping\ndata: {}\n\n", told(1, "done")))
    assert await follower.follow() == [(1, "done")]


async def test_quiet_connections_are_made_again_less_and_less_often() -> None:
    follower = Follower(*[stream()] * 7, stream(told(1)), stream(), stream(told(2, "done")))
    assert await follower.follow() == [(1, "step"), (2, "done")]
    assert follower.slept == [0.5, 1, 2, 4, 8, 8, 8, 0.5, 1]


async def test_failures_after_a_long_silence_are_overcome() -> None:
    refused = [ConnectError("refused")] * 3
    follower = Follower(*[stream()] * 9, *refused, stream(told(1, "done")))
    assert await follower.follow() == [(1, "done")]


async def test_a_server_that_is_busy_is_asked_again() -> None:
    busy = refusal(503, "SERVICE_UNAVAILABLE")
    follower = Follower(busy, stream(told(1)), busy, Response(502), stream(told(2, "done")))
    assert await follower.follow() == [(1, "step"), (2, "done")]


@pytest.mark.parametrize(
    ("failure", "error"), [(ConnectError("refused"), Unreachable), (ReadError("broke"), NoAnswer)]
)
async def test_the_events_are_given_up_after_four_failures_in_a_row(
    failure: Exception, error: type[Exception]
) -> None:
    follower = Follower(cut(told(1)), *[failure] * 4)
    with pytest.raises(error):
        await follower.follow()
    assert follower.cursors == [None, "1", "1", "1"]


async def test_a_run_that_does_not_exist_is_not_asked_for_again() -> None:
    follower = Follower(refusal(404, "RUN_NOT_FOUND", retryable=False))
    with pytest.raises(RunNotFound):
        await follower.follow()
    assert follower.slept == []


async def test_an_answer_that_is_no_stream_is_not_followed() -> None:
    follower = Follower(*[Response(200, json={})] * 4)
    with pytest.raises(NoAnswer):
        await follower.follow()
