"""A run's server-sent events, each once and in order, whatever the connection does."""

import json
from collections.abc import AsyncGenerator
from typing import Any, cast

from httpx2 import RequestError, ServerSentEvent
from pydantic import ValidationError

from ..errors import CoastyError, UnexpectedReply
from ..wire.runs import RunEvent
from .reading import unanswered
from .transport import Transport

LAST = "done"
QUIET = 4
"""Connections in a row that bring nothing new, before the events count as unreachable."""


async def follow(transport: Transport, path: str, after: int) -> AsyncGenerator[RunEvent]:
    """Connects again after the last event seen, until the run's last event has come.

    The caller bounds the time: a run that waits for a person sends nothing for hours.
    """
    quiet = 0
    while True:
        quiet += 1
        failure: CoastyError | None = None
        try:
            async with transport.stream(path, after) as frames:
                async for frame in frames:
                    event = _event(frame)
                    if event.seq <= after:
                        continue
                    quiet, after = 0, event.seq
                    yield event
                    if event.type == LAST:
                        return
        except RequestError as error:
            failure = unanswered(error.request.url.host, error)
        if failure and quiet >= QUIET:
            raise failure
        await transport.pause(quiet)


def _event(frame: ServerSentEvent) -> RunEvent:
    """From either form: with the envelope {seq, type, data}, or the data alone."""
    try:
        data = cast("dict[str, Any]", json.loads(frame.data or "{}"))
        enveloped = isinstance(data.get("data"), dict) and "seq" in data and "type" in data
        return RunEvent(
            seq=int(frame.id or data.get("seq", 0)),
            type=frame.event,
            data=data["data"] if enveloped else data,
        )
    except (ValueError, AttributeError, ValidationError) as error:
        raise UnexpectedReply("An event of the run cannot be read.", status=200) from error
