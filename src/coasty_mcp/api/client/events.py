"""A run's server-sent events, each once and in order, across broken connections."""

import json
from collections.abc import AsyncGenerator
from typing import Any, cast

from httpx2 import RequestError, ServerSentEvent
from pydantic import ValidationError

from ..errors import CoastyError, UnexpectedReply
from ..wire.runs import RunEvent
from .replies import network_error
from .transport import Transport

FINAL_TYPES = frozenset({"terminal", "done"})
"""The types of the last event: some servers send one, some the other, some both."""
MAX_FAILURES = 4
"""How many connections may fail in a row before the events count as unreachable."""
MAX_PAUSE_LEVEL = 5
"""The pauses between connections that bring nothing grow up to this attempt's."""


async def stream_events(transport: Transport, path: str, after: int) -> AsyncGenerator[RunEvent]:
    """Yield the events after that number, connecting again until the run's last one has come.

    The caller bounds the time: a run that waits for a person sends nothing for hours.

    Raises:
        CoastyError: The API refused, an event cannot be read, or four connections in a row failed.
    """
    quiet, failures = 1, 0
    while True:
        try:
            async with transport.stream(path, after) as frames:
                async for frame in frames:
                    event = _event(frame, transport)
                    if event.seq <= after:
                        continue
                    quiet, failures, after = 1, 0, event.seq
                    yield event
                    if event.type in FINAL_TYPES:
                        return
            failures = 0
        except (RequestError, CoastyError) as error:
            failures += 1
            failure = _failure(error)
            if failures == MAX_FAILURES or not failure.facts["retryable"]:
                raise failure from error
        await transport.pause(min(quiet, MAX_PAUSE_LEVEL))
        quiet += 1


def _failure(error: RequestError | CoastyError) -> CoastyError:
    if isinstance(error, CoastyError):
        return error
    return network_error(error.request.url.host, error)


def _event(frame: ServerSentEvent, transport: Transport) -> RunEvent:
    """Parse either form: with the envelope {seq, type, data}, or the data alone."""
    try:
        data = cast("dict[str, Any]", json.loads(transport.readable(frame.data or "{}")))
        seq = data.get("seq", data.get("id"))
        if isinstance(data.get("data"), dict) and isinstance(seq, int) and "type" in data:
            return RunEvent(seq=seq, type=data["type"], data=data["data"])
        return RunEvent(seq=int(frame.id or 0), type=frame.event, data=data)
    except (ValueError, TypeError, AttributeError, ValidationError) as error:
        raise UnexpectedReply("An event of the run cannot be read.", status=200) from error
