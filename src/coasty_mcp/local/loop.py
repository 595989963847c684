"""A whole task on this screen: look, predict in a session, act, settle, again."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from anyio import CancelScope, move_on_after, sleep

from ..api.client import Coasty
from ..api.errors import CoastyError, InvalidRequest, NoAnswer, OutcomeUnknown
from ..api.wire.base import Receipt
from ..api.wire.sessions import CreateSession, SessionCreated, SessionPredict, SessionPrediction
from ..screens import Size, fit_for_api, settle
from .actions import VERDICTS
from .failures import KeysHeld, OtherWindow
from .screen import Act, Screen, ScreenView

Ending = Literal["done", "fail", "steps", "credits", "time"]
Progress = Callable[[float, float, str], Awaitable[None]]
"""The step, the most steps, what the model thinks."""

LEAST_STEP_COST = 4
"""What it costs at least, in credits."""
CALL_LIMIT = 40
"""Seconds after which the session is left open, to go on with: hosts give up at 60."""
MOST_IMPOSSIBLE = 3
"""Steps in a row that ask for what cannot be done, after which it is given up."""
SETTLE_SECONDS = 2.0
"""The most for the screen to come to rest after an action."""
CLOSE_TIMEOUT = 5
"""Seconds that closing a session may take."""


@dataclass(frozen=True)
class AutomationTask:
    task: str
    monitor: int
    max_steps: int
    max_credits: int | None
    same_window: bool
    instructions: str
    """How to go about it."""


@dataclass
class AutomationOutcome:
    """What an automation has done so far, and how it ended."""

    session_id: str = ""
    steps: int = 0
    """In all calls."""
    credits: int = 0
    lines: list[str] = field(default_factory=list[str])
    """A line for each step of this call."""
    ending: Ending = "time"
    impossible: int = 0
    """How many steps in a row asked for what cannot be done."""
    receipt: Receipt = field(default_factory=Receipt)


async def automate(
    api: Coasty, screen: Screen, automation: AutomationTask, tell: Progress, session_id: str | None
) -> tuple[AutomationOutcome, ScreenView]:
    """Work until the task is done, fails or reaches a limit; return that with the last picture."""
    outcome = AutomationOutcome()
    try:
        async with screen.controlled(automation.same_window) as act:
            size = (await fit_for_api((await screen.look(automation.monitor)).picture)).size
            async with _session(api, automation, size, session_id, outcome):
                outcome.ending = await _until_it_ends(api, screen, automation, act, tell, outcome)
            return outcome, await _settled(screen, automation.monitor)
    except CoastyError as error:
        raise _after(error, outcome) from error


@asynccontextmanager
async def _session(
    api: Coasty,
    automation: AutomationTask,
    size: Size,
    session_id: str | None,
    outcome: AutomationOutcome,
) -> AsyncGenerator[None]:
    """Yield a new session or the one to go on with; close it, unless only the time is up."""
    with CancelScope(shield=True):  # nobody could close what was created but not heard of
        if session_id:
            await _resume(api, session_id, outcome)
        else:
            await _create(api, automation, size, outcome)
    finished = True
    try:
        yield
        finished = outcome.ending != "time"
    finally:
        if finished:
            with CancelScope(shield=True), move_on_after(CLOSE_TIMEOUT), suppress(CoastyError):
                await api.sessions.close(outcome.session_id)


async def _create(
    api: Coasty, automation: AutomationTask, size: Size, outcome: AutomationOutcome
) -> None:
    wanted = CreateSession(
        screen_width=size.width, screen_height=size.height, instructions=automation.instructions
    )
    created = await api.sessions.create(wanted)
    outcome.session_id, outcome.credits = created.session_id, _cost(created)


async def _resume(api: Coasty, session_id: str, outcome: AutomationOutcome) -> None:
    known = await api.sessions.get(session_id)
    outcome.session_id = session_id
    outcome.steps, outcome.credits = known.step_count, known.total_credits_used


async def _until_it_ends(
    api: Coasty,
    screen: Screen,
    automation: AutomationTask,
    act: Act,
    tell: Progress,
    outcome: AutomationOutcome,
) -> Ending:
    began, dearest, slowest = time.monotonic(), LEAST_STEP_COST, 0.0
    while True:
        started, before = time.monotonic(), outcome.credits
        if outcome.steps >= automation.max_steps:
            return "steps"
        if (
            automation.max_credits is not None
            and outcome.credits + dearest > automation.max_credits
        ):
            return "credits"
        if slowest and started - began + slowest > CALL_LIMIT:
            return "time"
        status = await _step(api, screen, automation, act, tell, outcome)
        if status != "continue":
            return status
        dearest = max(dearest, outcome.credits - before)
        slowest = max(slowest, time.monotonic() - started)


async def _step(
    api: Coasty,
    screen: Screen,
    automation: AutomationTask,
    act: Act,
    tell: Progress,
    outcome: AutomationOutcome,
) -> Literal["continue", "done", "fail"]:
    view = await _settled(screen, automation.monitor)
    sent = await fit_for_api(view.picture)
    request = SessionPredict(
        screenshot=sent.base64, instruction=automation.task, include_raw_code=False
    )
    reply = await api.sessions.predict(outcome.session_id, request)
    outcome.steps, outcome.receipt = reply.step, reply.receipt
    outcome.credits += _cost(reply)
    thought = (reply.reasoning or reply.status).strip().partition("\n")[0]
    outcome.lines.append(f"{reply.step}. {thought}")
    await tell(reply.step, automation.max_steps, thought)
    for action in reply.actions:
        if action.action_type in VERDICTS:
            break
        try:
            done = await act(action.action_type, view.area.from_picture(action.params, sent.size))
        except (OtherWindow, KeysHeld, InvalidRequest) as error:
            outcome.impossible += 1
            outcome.lines.append(f"   {error.facts['message']} Looking again.")
            if outcome.impossible >= MOST_IMPOSSIBLE:
                raise
            break
        outcome.lines.append(f"   {done}")
    else:
        outcome.impossible = 0
    return reply.status


async def _settled(screen: Screen, monitor: int) -> ScreenView:
    """Return the monitor when it has come to rest."""
    rest = await settle(lambda: screen.look(monitor), SETTLE_SECONDS, sleep, time.monotonic)
    return rest.view


def _cost(reply: SessionCreated | SessionPrediction) -> int:
    charged = reply.receipt.charged
    return reply.usage.credits_charged if charged is None else charged


def _after(error: CoastyError, outcome: AutomationOutcome) -> CoastyError:
    """Return the failure with what had been done before it."""
    if isinstance(error, OutcomeUnknown):  # its advice needs a key, and the session is closed
        error = NoAnswer(error.facts["message"])
    story = " ".join(" ".join(outcome.lines).split())
    error.facts["message"] += f" The session is closed. Until then: {story}" if story else ""
    return error
