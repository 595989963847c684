"""Follow an agent's or a workflow's run for as long as a host waits for one call."""

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Annotated, Any

import anyio
from pydantic import Field

from ..api.wire.base import Reply
from ..api.wire.run_states import FINISHED, AnyRun
from ..api.wire.runs import RunEvent
from ..server.context import Waiter
from ..server.results import TextResult, text_result
from .machine_output import delimited, without_base64
from .run_states import AWAITING_HUMAN, R, awaits_human, own_machine, run_warnings

After = Annotated[int, Field(ge=0, description="Number of the last event you saw; 0 begins anew.")]
WaitSeconds = Annotated[int, Field(ge=1, le=40, description="Return after this long at most.")]

MAX_EVENTS_SHOWN = 20
MAX_LINE_LENGTH = 200
CLEANING_UP = "Its machine is being removed."
CLEANUP_SECONDS = 2.0
"""Between two looks at a run whose machine is being removed."""
PAUSED_READ_SECONDS = 1.0
"""How long the events of a run that waits for a person are read: it makes no new ones."""


class RunProgress(Reply):
    """The reply of the tools that watch a run."""

    run_id: str
    summary: str
    """How the run stands, and what it has cost so far."""
    status: str
    cursor: int
    """The number of the last event, which the next call gives as `after`."""
    events: list[RunEvent]
    """The latest ones."""
    events_seen: int
    awaiting_human_reason: str | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    machine: dict[str, Any] | None = None
    """The machine of a task."""


async def follow_run(
    get_run: Callable[[], Awaitable[R]],
    events: Callable[[int], AsyncGenerator[RunEvent]],
    after: int,
    wait_seconds: int,
    waiter: Waiter,
) -> tuple[R, list[RunEvent]]:
    """Return the run and its events after the number `after`.

    Events are collected until the run ends or needs a person, or `wait_seconds` have passed. Of
    a run with a machine of its own it is waited for the end of that too.

    Args:
        get_run: fetches the run.
        events: streams the run's events after a number.
    """
    run, seen = await get_run(), list[RunEvent]()
    # Nothing follows the last event of a run that has ended, and only its log tells which that is.
    begin = 0 if run.status in FINISHED else after
    started = time.monotonic()
    patience = PAUSED_READ_SECONDS if awaits_human(run) else wait_seconds
    with anyio.move_on_after(patience) as reading:
        async with aclosing(events(begin)) as stream:
            async for event in stream:
                if event.seq > after:
                    seen.append(event)
                    await waiter.report_progress(
                        time.monotonic() - started, wait_seconds, event_line(event)
                    )
                if event.type == AWAITING_HUMAN and awaits_human(run := await get_run()):
                    if event.data.get("reason") in (None, run.awaiting_human_reason):
                        break
                    soon = anyio.current_time() + PAUSED_READ_SECONDS  # it may be an older one
                    reading.deadline = min(reading.deadline, soon)
        while (run := await get_run()).cleaning_up:
            await waiter.report_progress(time.monotonic() - started, wait_seconds, CLEANING_UP)
            await waiter.sleep(CLEANUP_SECONDS)
        return run, seen
    return await get_run(), seen


def progress_result(
    run: R,
    seen: list[RunEvent],
    after: int,
    summary: Callable[[R], str],
    next_call: Callable[[R, int], str],
) -> TextResult[RunProgress]:
    """Return the state of a run and its events, with the call that goes on from here."""
    answer = _progress(run, seen, after, summary(run))
    return text_result(
        answer,
        answer.summary,
        *_event_lines(seen),
        *delimited(answer.result),
        next_call=next_call(run, answer.cursor),
        warnings=run_warnings(run),
        untrusted="events, result, error",
    )


def _progress(run: AnyRun, seen: list[RunEvent], after: int, summary: str) -> RunProgress:
    answer = RunProgress(
        run_id=run.id,
        summary=summary,
        status=run.status,
        cursor=seen[-1].seq if seen else after,
        events=[_shortened(event) for event in seen[-MAX_EVENTS_SHOWN:]],
        events_seen=len(seen),
        awaiting_human_reason=run.awaiting_human_reason,
        result=without_base64(run.outcome),
        error=run.error,
        machine=own.model_dump(exclude_none=True) if (own := own_machine(run)) else None,
    )
    answer.attach(run.receipt)
    return answer


def _event_lines(seen: list[RunEvent]) -> list[str]:
    """Return a line for each of the latest events, delimited as untrusted: agents read screens."""
    if not seen:
        return ["Nothing new happened."]
    left_out = len(seen) - MAX_EVENTS_SHOWN
    earlier = [f"({left_out} earlier events left out)"] if left_out > 0 else []
    return delimited("\n".join([*earlier, *map(event_line, seen[-MAX_EVENTS_SHOWN:])]))


def event_line(event: RunEvent) -> str:
    """Return an event as one line: `7 tool_call step=2 action_type="click"`."""
    written = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in _fields(event)]
    text = " ".join([f"{event.seq} {event.type}", *written])
    return text if len(text) <= MAX_LINE_LENGTH else f"{text[:MAX_LINE_LENGTH]}…"


def _shortened(event: RunEvent) -> RunEvent:
    return RunEvent(
        seq=event.seq, type=event.type, data=without_base64(dict(_fields(event)), MAX_LINE_LENGTH)
    )


def _fields(event: RunEvent) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in event.data.items()
        if name not in ("seq", "type") and value is not None
    ]
