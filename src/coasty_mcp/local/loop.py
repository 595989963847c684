"""A whole task on this screen: look, predict in a session, act, settle, again."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from anyio import CancelScope, move_on_after, sleep

from ..api.client import Coasty
from ..api.errors import CoastyError, NoAnswer, OutcomeUnknown
from ..api.wire.base import Receipt
from ..api.wire.sessions import CreateSession, SessionCreated, SessionPredict, SessionPrediction
from ..screens import Size, for_api
from .actions import VERDICTS
from .failures import OtherWindow
from .screen import Act, Screen, Sight

Ending = Literal["done", "fail", "steps", "credits", "time"]
Progress = Callable[[float, float, str], Awaitable[None]]
"""The step, the most steps, what the model thinks."""

STEP = 4
"""What it costs at least, in credits."""
AT_ONCE = 40
"""Seconds after which the session is left open, to go on with: hosts give up at 60."""
SETTLE = 0.5
"""Seconds for the screen to show what an action did."""
FAREWELL = 5
"""Seconds that closing a session may take."""


@dataclass(frozen=True)
class Order:
    task: str
    monitor: int
    max_steps: int
    max_credits: int | None
    same_window: bool
    instructions: str
    """How to go about it."""


@dataclass
class Outcome:
    """What has happened so far."""

    session_id: str = ""
    steps: int = 0
    """In all calls."""
    credits: int = 0
    told: list[str] = field(default_factory=list[str])
    """A line for each step of this call."""
    ending: Ending = "time"
    receipt: Receipt = field(default_factory=Receipt)


async def automate(
    api: Coasty, screen: Screen, order: Order, tell: Progress, session_id: str | None
) -> tuple[Outcome, Sight]:
    """Until it is done, fails, or one of the limits is reached; with the last picture."""
    outcome = Outcome()
    try:
        async with screen.controlled(order.same_window) as act:
            size = (await for_api((await screen.look(order.monitor)).picture)).size
            async with _session(api, order, size, session_id, outcome):
                outcome.ending = await _until_it_ends(api, screen, order, act, tell, outcome)
            return outcome, await screen.look(order.monitor)
    except CoastyError as error:
        raise _after(error, outcome) from error


@asynccontextmanager
async def _session(
    api: Coasty, order: Order, size: Size, session_id: str | None, outcome: Outcome
) -> AsyncGenerator[None]:
    """A new one, or the one to go on with. Closed again, unless only the time is up."""
    with CancelScope(shield=True):  # nobody could close what was created but not heard of
        if session_id:
            await _resume(api, session_id, outcome)
        else:
            await _create(api, order, size, outcome)
    finished = True
    try:
        yield
        finished = outcome.ending != "time"
    finally:
        if finished:
            with CancelScope(shield=True), move_on_after(FAREWELL), suppress(CoastyError):
                await api.sessions.close(outcome.session_id)


async def _create(api: Coasty, order: Order, size: Size, outcome: Outcome) -> None:
    wanted = CreateSession(
        screen_width=size.width, screen_height=size.height, instructions=order.instructions
    )
    created = await api.sessions.create(wanted)
    outcome.session_id, outcome.credits = created.session_id, _cost(created)


async def _resume(api: Coasty, session_id: str, outcome: Outcome) -> None:
    known = await api.sessions.get(session_id)
    outcome.session_id = session_id
    outcome.steps, outcome.credits = known.step_count, known.total_credits_used


async def _until_it_ends(
    api: Coasty, screen: Screen, order: Order, act: Act, tell: Progress, outcome: Outcome
) -> Ending:
    began, dearest, slowest = time.monotonic(), STEP, 0.0
    while True:
        started, before = time.monotonic(), outcome.credits
        if outcome.steps >= order.max_steps:
            return "steps"
        if order.max_credits is not None and outcome.credits + dearest > order.max_credits:
            return "credits"
        if slowest and started - began + slowest > AT_ONCE:
            return "time"
        status = await _step(api, screen, order, act, tell, outcome)
        if status != "continue":
            return status
        dearest = max(dearest, outcome.credits - before)
        slowest = max(slowest, time.monotonic() - started)


async def _step(
    api: Coasty, screen: Screen, order: Order, act: Act, tell: Progress, outcome: Outcome
) -> Literal["continue", "done", "fail"]:
    sight = await screen.look(order.monitor)
    sent = await for_api(sight.picture)
    request = SessionPredict(screenshot=sent.base64, instruction=order.task, include_raw_code=False)
    reply = await api.sessions.predict(outcome.session_id, request)
    outcome.steps, outcome.receipt = reply.step, reply.receipt
    outcome.credits += _cost(reply)
    thought = (reply.reasoning or reply.status).strip().partition("\n")[0]
    outcome.told.append(f"{reply.step}. {thought}")
    await tell(reply.step, order.max_steps, thought)
    for action in reply.actions:
        if action.action_type in VERDICTS:
            break
        try:
            done = await act(action.action_type, sight.area.from_picture(action.params, sent.size))
        except OtherWindow:
            outcome.told.append("   another window came up: looking again")
            break
        outcome.told.append(f"   {done}")
    await sleep(SETTLE)
    return reply.status


def _cost(reply: SessionCreated | SessionPrediction) -> int:
    charged = reply.receipt.charged
    return reply.usage.credits_charged if charged is None else charged


def _after(error: CoastyError, outcome: Outcome) -> CoastyError:
    """The same failure, with what had been done before it."""
    if isinstance(error, OutcomeUnknown):  # its advice needs a key, and the session is closed
        error = NoAnswer(error.facts["message"])
    story = "\n".join(outcome.told)
    error.facts["message"] += f" The session is closed. Until then:\n{story}\n" if story else ""
    return error
