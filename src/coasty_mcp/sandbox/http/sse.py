"""A log of events as server-sent events: from any number on, until it ends or time is up."""

import json
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ...api.wire.base import Reply
from ..world.event_log import Event, EventLog
from ..world.validation import invalid_request
from .call import Call
from .dispatch import route

SEQ = re.compile(r"[0-9]{1,15}")
KEEPALIVE = b": keepalive\n\n"


@dataclass(frozen=True)
class Streaming:
    """How long one connection lasts; a client connects again after the last event it saw."""

    seconds: float = 300
    keepalive_seconds: float = 15
    ends_at_pause: bool = False


SERVED = Streaming()
IN_PROCESS = Streaming(seconds=0.5, ends_at_pause=True)
"""The client gets nothing before the answer is complete, so it must not take long."""


def event_route(path: str, scope: str, find: Callable[[Call], EventLog]) -> Route:
    """Return a route that checks the key like every other, then streams what `find` has found."""

    async def handler(call: Call) -> Reply:
        call.request.state.stream = frames(
            find(call), _last_seen(call), call.request.app.state.streaming
        )
        return Reply()

    checked = route("GET", path, handler, scope)

    async def endpoint(request: Request) -> Response:
        answer = await checked.endpoint(request)
        if answer.status_code != 200:
            return answer
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("content-type", "content-length")
        }
        headers["Cache-Control"] = "no-cache"
        return StreamingResponse(
            request.state.stream, headers=headers, media_type="text/event-stream"
        )

    return Route(checked.path, endpoint, methods=["GET"])


async def frames(log: EventLog, seq: int, streaming: Streaming) -> AsyncGenerator[bytes]:
    """Yield each event after that number, then those that come."""
    ends = anyio.current_time() + streaming.seconds
    while True:
        while events := log.after(seq):
            for event in events:
                yield _frame(event)
                seq = event.seq
        left = ends - anyio.current_time()
        if log.closed or (log.paused and streaming.ends_at_pause) or left <= 0:
            return
        with anyio.move_on_after(min(left, streaming.keepalive_seconds)) as quiet:
            await log.wait(seq)
        if quiet.cancelled_caught:
            yield KEEPALIVE


def _frame(event: Event) -> bytes:
    """Return an event with the envelope {seq, type, data} and flat: both kinds of client exist."""
    data = {**event.data, "seq": event.seq, "type": event.kind, "data": event.data}
    return f"id: {event.seq}\nevent: {event.kind}\ndata: {json.dumps(data)}\n\n".encode()


def _last_seen(call: Call) -> int:
    asked, header = call.query.get("after"), call.request.headers.get("Last-Event-ID")
    seen = asked if asked is not None else header or "0"
    if not SEQ.fullmatch(seen):
        place = ("query", "after") if asked is not None else ("header", "Last-Event-ID")
        raise invalid_request(f"{place[1]} must be the number of an event.", *place)
    return int(seen)
