"""A run's server-sent events, each once and in order, whatever the connection does."""

import json
from collections.abc import AsyncGenerator
from typing import Any, cast

from httpx2 import RequestError, ServerSentEvent
from pydantic import ValidationError

from ..errors import CoastyError, UnexpectedReply
from ..wire.runs import RunEvent
from .replies import unanswered
from .transport import Transport

LAST = frozenset({"terminal", "done"})
"""Some servers send one, some the other, some both."""
MOST_FAILURES = 4
"""In a row, before the events count as unreachable."""
LONGEST = 5
"""The pauses between connections that bring nothing grow that often."""


async def follow(transport: Transport, path: str, after: int) -> AsyncGenerator[RunEvent]:
    """Connects again after the last event seen, until the run's last event has come.

    The caller bounds the time: a run that waits for a person sends nothing for hours.
    """
    quiet = failures = 0
    while True:
        quiet += 1
        try:
            async with transport.stream(path, after) as frames:
                async for frame in frames:
                    event = _event(frame)
                    if event.seq <= after:
                        continue
                    quiet, failures, after = 0, 0, event.seq
                    yield event
                    if event.type in LAST:
                        return
            failures = 0
        except (RequestError, CoastyError) as error:
            failures += 1
            failure = _failure(error)
            if failures == MOST_FAILURES or not failure.facts["retryable"]:
                raise failure from error
        await transport.pause(min(quiet, LONGEST))


def _failure(error: RequestError | CoastyError) -> CoastyError:
    if isinstance(error, CoastyError):
        return error
    return unanswered(error.request.url.host, error)


def _event(frame: ServerSentEvent) -> RunEvent:
    """From either form: with the envelope {seq, type, data}, or the data alone."""
    try:
        data = cast("dict[str, Any]", json.loads(frame.data or "{}"))
        if isinstance(data.get("data"), dict) and "seq" in data and "type" in data:
            return RunEvent(seq=data["seq"], type=data["type"], data=data["data"])
        return RunEvent(seq=int(frame.id or data.get("seq", 0)), type=frame.event, data=data)
    except (ValueError, TypeError, AttributeError, ValidationError) as error:
        raise UnexpectedReply("An event of the run cannot be read.", status=200) from error
