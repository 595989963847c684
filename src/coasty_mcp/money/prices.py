"""What a request costs at most, in credits: 1 credit is 1 US cent.

The prices are those of https://coasty.ai/developers, as of spring 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, cast

from .charges import hour_price
from .known_state import RESUME_BOUNDS, KnownState, may_get_machine, moment
from .session_prices import HD, is_hd, may_be_hd, surcharges

if TYPE_CHECKING:
    from ..api.client.spending import ApiRequest
    from ..api.wire.machines import Machine, UpdateMachine
    from ..api.wire.predict import GroundRequest, PredictRequest
    from ..api.wire.runs import StartRun
    from ..api.wire.schedules import CreateSchedule, UpdateSchedule
    from ..api.wire.tasks import StartTask
    from ..api.wire.workflows import StartWorkflowRun

PREDICT, GROUND, SESSION, SNAPSHOT = 5, 3, 10, 1
STEP, V1_STEP = 5, 8  # of a run
SCHEDULED_RUN = 10 * 60 * 6  # 10 credits a minute, for 6 hours at most

SET_TTL = "Call coasty_set_machine_ttl first, which bounds it."
GIVE_TTL = "Give ttl_minutes, which bounds it."
GIVE_MACHINE = (
    "Give machine_id, or deadline_seconds, which bounds the hours of a machine of its own."
)
GIVE_RUN_AT = f"Give run_at instead: one run costs {SCHEDULED_RUN} credits at most."
WHEN_IT_RUNS = frozenset({"frequency", "cron", "timezone", "time", "day_of_week", "day_of_month"})


@dataclass(frozen=True)
class Price:
    """What a request costs at most."""

    most: int | None
    """Credits; None where nothing bounds them."""
    allowed: int | None = None
    """What the caller is willing to pay."""
    ongoing: bool = False
    """Whether the cost arises after the reply, until what was started has ended."""
    argument: str = ""
    """The argument that the price is proportional to."""
    fixed: int = 0
    """Credits that come besides, whatever that argument is."""
    rate: int = 1
    """Credits for `per` units of that argument."""
    per: int = 1
    bound: str = ""
    """What would bound it, as a sentence, where nothing does."""

    def fitting(self, room: int) -> int | None:
        """Return the largest value of the argument that costs no more than that."""
        value = (room - self.fixed) * self.per // self.rate
        return value if self.argument and value > 0 else None


FREE = Price(0)


def price_of(
    request: ApiRequest, known: KnownState, reserved: Mapping[str, int], now: datetime
) -> Price:
    """Return what the request costs at most, by every meter that the API has.

    Args:
        request: The request, before it is sent.
        known: What earlier replies said of sessions, machines and runs.
        reserved: Credits that are set aside already, by the id of a run or machine.
        now: The time from which a machine's hours count.
    """
    price = _price_of(request, known, reserved, now)
    return replace(price, allowed=request.max_credits) if price.most != 0 else FREE


def _price_of(
    request: ApiRequest, known: KnownState, reserved: Mapping[str, int], now: datetime
) -> Price:
    body = cast("Any", request.body)
    match request.method, *request.segments:
        case "POST", "predict":
            return Price(_of_predict(body))
        case "POST", "ground":
            return Price(_of_ground(body))
        case "POST", "sessions":
            return Price(SESSION)
        case "POST", "sessions", session_id, "predict":
            return Price(known.session_price(session_id, body.screenshot))
        case "POST", "runs":
            return _of_run(body)
        case "POST", "tasks":
            return _of_task(body)
        case ("POST", "workflows", "runs") | ("POST", "workflows", _, "runs"):
            return _of_workflow(body)
        case ("POST", "runs", run_id, "resume") | ("POST", "workflows", "runs", run_id, "resume"):
            return FREE if run_id in reserved else _of_resume(run_id, known)
        case "POST", "machines":
            return _of_hours(body.os_type, body.ttl_minutes)
        case "POST", "machines", _, "snapshot":
            return Price(SNAPSHOT)
        case "POST", "machines", machine_id, "start":
            return _of_start(known.machines.get(machine_id), reserved.get(machine_id, 0), now)
        case "PATCH", "machines", machine_id:
            return _of_ttl(known.machines.get(machine_id), body, now)
        case "POST", "schedules":
            return _of_schedule(body)
        case "PATCH", "schedules", _:
            return _of_schedule_update(body)
        case "POST", "schedules", _, "resume":
            return _unbounded()
        case ("POST", "schedules", _, "run") | ("POST", "triggers", "webhook", _):
            return Price(SCHEDULED_RUN, ongoing=True)
        case "POST", "schedules", _, "triggers":
            return _unbounded() if body.enabled else FREE
        case _:
            return FREE


def _unbounded(bound: str = "") -> Price:
    return Price(None, ongoing=True, bound=bound)


def _of_predict(asked: PredictRequest) -> int:
    earlier = [is_hd(step.screenshot) for step in asked.trajectory]
    now = may_be_hd(asked, asked.screenshot)
    return PREDICT + surcharges(asked, [now, *earlier])


def _of_ground(asked: GroundRequest) -> int:
    return GROUND + HD * may_be_hd(asked, asked.screenshot)


def _of_run(run: StartRun) -> Price:
    step = step_price(run.cua_version)
    return Price(run.max_steps * step, ongoing=True, argument="max_steps", rate=step)


def _of_task(task: StartTask) -> Price:
    """Return the price by both meters: the steps, and the machine's hours until the deadline."""
    if not task.deadline_seconds:
        return _unbounded("Give deadline_seconds, which bounds the hours of its machine.")
    step = step_price(task.cua_version)
    hours = hours_price(task.machine.os_type, task.deadline_seconds)
    most = task.max_steps * step + hours
    return Price(most, ongoing=True, argument="max_steps", rate=step, fixed=hours)


def hours_price(os_type: str | None, seconds: int) -> int:
    """Return what a machine costs that runs for that long."""
    return ceil(seconds * hour_price(os_type) / 3600)


def step_price(cua_version: str | None) -> int:
    """Return what one step of a run costs."""
    return V1_STEP if cua_version == "v1" else STEP


def _of_resume(run_id: str, known: KnownState) -> Price:
    run = known.runs.get(run_id)
    if run is None:
        return _unbounded()
    match run.model_dump(include=RESUME_BOUNDS):
        case {"max_steps": int(steps), "steps_completed": int(done), "cua_version": version}:
            return Price(max(1, steps - done) * step_price(version), ongoing=True)
        case {"budget_cents": int(budget), "spent_cents": int(spent)} if budget:
            return Price(max(0, budget - spent), ongoing=True)
        case _:
            return _unbounded()


def _of_hours(os_type: str | None, minutes: int | None) -> Price:
    if minutes is None:
        return _unbounded(GIVE_TTL)
    most, rate = hours_price(os_type, 60 * minutes), hour_price(os_type)
    return Price(most, ongoing=True, argument="ttl_minutes", rate=rate, per=60)


def _of_start(machine: Machine | None, reserved: int, now: datetime) -> Price:
    """Return the price of the hours until the machine is destroyed, less what is set aside."""
    if machine and machine.is_test:
        return FREE
    until = _end(machine, now + timedelta(minutes=machine.ttl_minutes or 0)) if machine else None
    if not machine or until is None or until <= now:
        return _unbounded(SET_TTL)
    most = hours_price(machine.os_type, 60 * _minutes(until - now))
    return Price(max(0, most - reserved), ongoing=True)


def _of_ttl(machine: Machine | None, change: UpdateMachine, now: datetime) -> Price:
    """Return the price of the hours by which the machine will live longer."""
    if machine and machine.is_test:
        return FREE
    until = _end(machine, now) if machine else None
    if machine and until is None:
        return FREE  # it would run for ever: no TTL makes it dearer
    if not machine or until is None or not change.ttl_minutes:
        return _unbounded("Give ttl_minutes from 5, which bounds it.")
    longer = now + timedelta(minutes=change.ttl_minutes) - until
    return _of_hours(machine.os_type, max(0, _minutes(longer)))


def _end(machine: Machine, worst: datetime) -> datetime | None:
    """Return when the machine is destroyed; the worst case where only a TTL is known."""
    return moment(machine.auto_destroy_at) or (worst if machine.ttl_minutes else None)


def _minutes(span: timedelta) -> int:
    return ceil(span.total_seconds() / 60)


def _of_schedule(schedule: CreateSchedule) -> Price:
    return Price(SCHEDULED_RUN, ongoing=True) if schedule.run_at else _unbounded(GIVE_RUN_AT)


def _of_schedule_update(changes: UpdateSchedule) -> Price:
    """Only what says whether and when it runs can cost; a paused schedule is not known here."""
    if changes.enabled is False:
        return FREE
    given = {name for name in changes.model_fields_set if getattr(changes, name) is not None}
    return _unbounded() if changes.enabled or given & WHEN_IT_RUNS else FREE


def bounded(run: StartWorkflowRun, room: int | None) -> StartWorkflowRun:
    """Return the run with the budget that the room allows, if it is less than it may cost."""
    room = None if room is None else max(0, room - (_own_hours(run) or 0))
    most = _most_of_workflow(run, room)
    if room is None or most == 0:
        return run
    return run.model_copy(update={"budget_cents": min(most, room) if room >= STEP else most})


def _of_workflow(run: StartWorkflowRun) -> Price:
    """Return the price by both meters: the steps, and the hours of the machine that it may get."""
    steps, hours = _most_of_workflow(run, None), _own_hours(run)
    if not steps:
        return FREE
    return _unbounded(GIVE_MACHINE) if hours is None else Price(steps + hours, ongoing=True)


def _own_hours(run: StartWorkflowRun) -> int | None:
    """Return what the machine costs at most that a run may get; None without a deadline."""
    if not may_get_machine(run):
        return 0
    return hours_price(None, run.deadline_seconds) if run.deadline_seconds else None


def _most_of_workflow(run: StartWorkflowRun, room: int | None) -> int:
    """Return the worst case; of a saved workflow without a budget, all that there is room for."""
    from ..api.workflows import worst_case  # most servers offer no workflows

    dearest = worst_case(run.definition, run.max_iterations).credits if run.definition else None
    bounds = [bound for bound in (dearest, run.budget_cents or None) if bound is not None]
    return min(bounds, default=0 if room is None else max(room, STEP))
