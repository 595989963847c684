"""Following a run for as long as a host waits: shared by agent runs and workflow runs."""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import anyio
from pydantic import Field

from ..app import Waiting
from ..wire.base import Reply
from ..wire.runs import RunEvent
from .results import framed

After = Annotated[int, Field(ge=0, description="Cursor of the last call; 0 begins anew.")]
WaitSeconds = Annotated[int, Field(ge=1, le=45, description="Return after this long at most.")]

SHOWN = 20
LINE = 200
ENDS = {"done", "awaiting_human"}
"""Nothing more comes by itself after these."""


class Watched(Reply):
    """What the tools that watch answer."""

    status: str
    cursor: int
    """The number of the last event: what the next call gives as `after`."""
    events: list[RunEvent]
    """The latest ones."""
    events_seen: int
    awaiting_human_reason: str | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


async def collect(
    events: AsyncGenerator[RunEvent], wait_seconds: int, waiting: Waiting
) -> list[RunEvent]:
    """The events that come until the run ends, needs a person, or the time is up."""
    seen: list[RunEvent] = []
    started = time.monotonic()
    with anyio.move_on_after(wait_seconds):
        async with aclosing(events):
            async for event in events:
                seen.append(event)
                await waiting.tell(time.monotonic() - started, wait_seconds, line(event))
                if event.type in ENDS:
                    break
    return seen


def digest(seen: list[RunEvent]) -> list[str]:
    """The latest events, a line each. What an agent saw on a screen is not to be trusted."""
    if not seen:
        return ["Nothing new happened."]
    left_out = len(seen) - SHOWN
    earlier = [f"({left_out} earlier events left out)"] if left_out > 0 else []
    return framed("\n".join([*earlier, *map(line, seen[-SHOWN:])]))


def line(event: RunEvent) -> str:
    """`7 tool_call step=2 action_type="click"`."""
    written = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in _facts(event)]
    text = " ".join([f"{event.seq} {event.type}", *written])
    return text if len(text) <= LINE else f"{text[:LINE]}…"


def _facts(event: RunEvent) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in event.data.items() if name not in ("seq", "type")]
