"""What the sandbox tells about a run while it is at work: as a stream, and to a listener."""

import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import pytest
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectReceiveStream
from httpx2 import AsyncClient
from httpx2 import Request as SentRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coasty_mcp.api.client import Backoff, Coasty, Transport
from coasty_mcp.api.webhooks import SIGNATURE_HEADER, verify
from coasty_mcp.api.wire.runs import RunEvent
from coasty_mcp.sandbox import SANDBOX_KEY, World, build_sandbox
from coasty_mcp.sandbox.http.sse import SERVED, Streaming
from coasty_mcp.sandbox.world.background import Background
from support.run_sandbox import (
    FOR_EVER,
    Event,
    Json,
    RunClient,
    ServedSandbox,
    parse_events,
    served,
)
from support.sandbox_http import code

KEY = {"X-API-Key": SANDBOX_KEY}
STEP = ["reasoning", "tool_call", "tool_result", "step", "billing"]


def names(events: list[Event]) -> list[str]:
    return [name for _, name, _ in events]


@pytest.fixture
def api() -> RunClient:
    return RunClient()


async def test_a_run_tells_everything_in_numbered_events(api: RunClient) -> None:
    events = await api.events(await api.start())
    assert [seq for seq, _, _ in events] == list(range(1, len(events) + 1))
    assert names(events) == [
        *["status", "status"],
        *STEP * 2,
        *["text", "status", "terminal", "done"],
    ]
    told = [data["status"] for _, name, data in events if name in ("status", "done")]
    assert told == ["queued", "running", "succeeded", "succeeded"]
    assert events[-1][2]["result"]["passed"] is True


async def test_an_event_is_readable_with_its_envelope_and_without(api: RunClient) -> None:
    for seq, name, data in await api.events(await api.start()):
        assert (data["seq"], data["type"]) == (seq, name)
        assert data["data"].items() <= data.items()


async def test_a_run_that_waits_says_why_and_goes_on_with_the_answer(api: RunClient) -> None:
    path = await api.start("Pay. [pause]")
    before = await api.events(path)
    assert names(before)[-2:] == ["status", "awaiting_human"]
    assert before[-1][2]["reason"]
    await api.ok("POST", f"{path}/resume", {"note": "Approved."})
    after = await api.events(path, after=before[-1][0])
    assert names(after)[:2] == ["resumed", "status"]
    assert after[0][2]["note"] == "Approved."
    assert after[0][0] == before[-1][0] + 1


async def test_a_failed_run_tells_its_error(api: RunClient) -> None:
    events = await api.events(await api.start("[fail]"))
    assert names(events)[-4:] == ["status", "error", "terminal", "done"]
    assert events[-3][2]["code"] == events[-1][2]["error"]["code"] == "TASK_FAILED"


@pytest.mark.parametrize(
    ("query", "header", "first"),
    [("", None, 1), ("", "4", 5), ("?after=6", None, 7), ("?after=6", "4", 7), ("", "", 1)],
)
async def test_events_are_replayed_after_the_last_one_seen(
    api: RunClient, query: str, header: str | None, first: int
) -> None:
    path = await api.start()
    whole = await api.events(path)
    headers = {} if header is None else {"Last-Event-ID": header}
    rest = parse_events(await api.http.get(f"{path}/events{query}", headers=headers))
    assert rest == whole[first - 1 :]


async def test_a_wrong_last_event_id_is_refused(api: RunClient) -> None:
    path = await api.start()
    answer = await api.http.get(f"{path}/events", headers={"Last-Event-ID": "last"})
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"][0]["loc"] == ["header", "Last-Event-ID"]


@asynccontextmanager
async def on_a_port(
    streaming: Streaming, pace: float = 0
) -> AsyncGenerator[tuple[RunClient, ServedSandbox]]:
    world = World(pace=pace)
    async with (
        served(build_sandbox(world, streaming)) as port,
        AsyncClient(base_url=f"{port.url}/v1", headers=KEY, trust_env=False) as http,
    ):
        yield RunClient(world, http), port


async def test_a_quiet_stream_is_kept_alive() -> None:
    async with on_a_port(Streaming(keepalive_seconds=0.01)) as (api, _):
        path = await api.start("[pause]")
        async with api.http.stream("GET", f"{path}/events") as stream:
            lines = stream.aiter_lines()
            while not (await anext(lines)).startswith(":"):
                pass


async def test_a_stream_ends_before_the_run_when_its_time_is_up() -> None:
    async with on_a_port(Streaming(seconds=0.01), pace=FOR_EVER) as (api, _):
        path = await api.start()
        events = parse_events(await api.http.get(f"{path}/events"))
        assert names(events) == ["status", "status"]


async def test_a_run_is_watched_across_a_cut_connection_with_every_event_seen_once() -> None:
    connected_after: list[str | None] = []
    seen: list[RunEvent] = []

    async def note(request: SentRequest) -> None:
        connected_after.append(request.headers.get("Last-Event-ID"))

    async with on_a_port(SERVED) as (api, port):
        path = await api.start("Pay. [pause]")
        coasty = Coasty(Transport(api.http, Backoff(jitter=lambda: 0)))
        run_id = path.removeprefix("/runs/")
        api.http.event_hooks = {"request": [note]}
        async for event in coasty.runs.stream_events(run_id):
            seen.append(event)
            if event.type == "awaiting_human":
                port.cut()
                await api.ok("POST", f"{path}/resume")
        whole = await api.events(path)
    waited = next(event.seq for event in seen if event.type == "awaiting_human")
    assert connected_after[:3] == [None, None, str(waited)]
    assert names(whole)[-2:] == ["terminal", "done"]
    assert [event.seq for event in seen] == [seq for seq, _, _ in whole[:-1]]


@dataclass
class Delivery:
    body: bytes
    signature: str

    @property
    def said(self) -> Json:
        return json.loads(self.body)


@asynccontextmanager
async def listening(
    *statuses: int,
) -> AsyncGenerator[tuple[str, MemoryObjectReceiveStream[Delivery]]]:
    """A listener that answers with these statuses in turn, then 200; what it hears."""
    turns = list(statuses)
    hears, heard = anyio.create_memory_object_stream[Delivery](10)

    async def listen(request: Request) -> Response:
        await hears.send(Delivery(await request.body(), request.headers[SIGNATURE_HEADER]))
        return Response(status_code=turns.pop(0) if turns else 200)

    app = Starlette(routes=[Route("/hook", listen, methods=["POST"])])
    with hears, heard:
        async with served(app) as port:
            yield f"{port.url}/hook", heard


@pytest.mark.parametrize(
    ("task", "event", "error"),
    [("Open the browser.", "run.succeeded", None), ("Pay. [fail]", "run.failed", "TASK_FAILED")],
)
async def test_a_listener_hears_how_a_run_ended(
    api: RunClient, task: str, event: str, error: str | None
) -> None:
    async with listening() as (url, heard):
        run = await api.ok("POST", "/runs", await api.order(task, webhook_url=url))
        delivery = await heard.receive()
    verify(run["webhook_secret"], delivery.body, delivery.signature, api.world.now().timestamp())
    said = delivery.said
    assert (said["event"], said["run_id"]) == (event, run["id"])
    assert f"run.{said['status']}" == event
    assert said["error"] is None if error is None else said["error"]["code"] == error
    assert (said["result"] is None) is (error is not None)


async def test_a_listener_hears_of_a_wait_and_of_a_cancelled_run(api: RunClient) -> None:
    async with listening() as (url, heard):
        path = await api.start("[pause]", webhook_url=url)
        waiting = (await heard.receive()).said
        await api.ok("POST", f"{path}/cancel")
        cancelled = (await heard.receive()).said
    assert waiting["event"] == "run.awaiting_human"
    assert waiting["reason"] == waiting["awaiting_human_reason"]
    assert waiting["reason"]
    assert (cancelled["event"], cancelled["reason"]) == ("run.cancelled", None)


async def test_a_listener_hears_of_a_wait_that_took_too_long(api: RunClient) -> None:
    async with listening() as (url, heard):
        await api.start("[pause]", webhook_url=url, awaiting_human_timeout_seconds=5)
        events = {(await heard.receive()).said["event"] for _ in range(2)}
    assert events == {"run.awaiting_human", "run.timed_out"}


async def test_a_listener_that_stumbles_is_told_again(api: RunClient) -> None:
    async with listening(500, 503) as (url, heard):
        await api.start(webhook_url=url)
        bodies = [(await heard.receive()).body for _ in range(3)]
    assert len(set(bodies)) == 1


async def test_a_listener_that_is_down_does_not_disturb_the_run(api: RunClient) -> None:
    async with listening() as (url, _):
        pass
    assert (await api.outcome(webhook_url=url))["status"] == "succeeded"


class Counting(Background):
    """How much was begun in the background."""

    started = 0

    def start(self, work: Coroutine[None, None, None]) -> None:
        self.started += 1
        super().start(work)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:9/a", True),
        ("https://[::1]:9/a", True),
        ("https://hooks.example.com/a", False),
        ("https://localhost.example.com/a", False),
        ("https://127.0.0.1@hooks.example.com/a", False),
        ("https://10.0.0.1/a", False),
        ("https://[2001:db8::1]/a", False),
    ],
)
async def test_nothing_is_sent_off_this_machine(api: RunClient, url: str, told: bool) -> None:
    api.world.background = begun = Counting()
    run = await api.outcome(webhook_url=url)
    assert (run["status"], run["webhook_url"]) == ("succeeded", url)
    assert begun.started == 1 + told


async def test_work_that_fails_in_the_background_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work() -> None:
        raise OSError("no more space")

    Background().start(work())
    while not caplog.records:
        await checkpoint()
    [record] = caplog.records
    assert record.exc_info
    assert isinstance(record.exc_info[1], OSError)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
async def test_a_listener_on_this_machine_needs_no_https(api: RunClient, host: str) -> None:
    run = await api.ok("POST", "/runs", await api.order(webhook_url=f"http://{host}:9/hook"))
    assert run["webhook_secret"].startswith("whsec_")
    assert len(run["webhook_secret"]) == len("whsec_") + 64
    assert (await api.ok("GET", f"/runs/{run['id']}"))["webhook_secret"] is None
