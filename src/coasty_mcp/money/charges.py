"""What replies say that something has cost, in credits. Numbers that cannot be are none."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from ..api.wire.base import Reply
from ..api.wire.machines import MachineReply, MachineStatus, MachineTtl, Snapshot
from ..api.wire.predict import Billed
from ..api.wire.run_states import FINISHED, AnyRun
from ..api.wire.schedules import Schedule, ScheduleRun, StartedRun, WebhookFired
from .known_state import moment

MAX_CREDITS = 10_000_000
"""More than this for one thing is a mistake."""
SCHEDULED_MINUTE, SCHEDULED_LEAST = 10, 20
NEVER_RAN = frozenset({"skipped", "insufficient_credits"})
OVER = NEVER_RAN | {"completed", "failed", "cancelled"}
"""The states in which a schedule's run has ended."""
BY_SCHEDULE = frozenset({"cron", "run_at"})
"""The triggers of runs for which a schedule was set; others, and those untold, may be by hand."""
LINUX_HOUR, OTHER_HOUR = 5, 9  # of a running machine


class RunCost(NamedTuple):
    """The cost of a run that has ended."""

    names: tuple[str, ...]
    """What it may be reserved under: its id, or the id of its schedule."""
    credits: int | None
    """None where the reply does not tell it."""


def plausible(cost: Any) -> int | None:
    """Return a number of credits from 0 up to MAX_CREDITS; None for anything else."""
    whole = isinstance(cost, int) and not isinstance(cost, bool)
    return cost if whole and 0 <= cost <= MAX_CREDITS else None


def charge_of(reply: Reply) -> int | None:
    """Return what a request was charged: by the header or, where that is missing, by the body."""
    if reply.receipt.charged is not None:
        return plausible(reply.receipt.charged)
    said = reply.usage if isinstance(reply, Billed) else reply
    if isinstance(reply, Billed | Snapshot) and "credits_charged" in said.model_fields_set:
        return plausible(getattr(said, "credits_charged", None))
    return None


def started_id(reply: Reply) -> str | None:
    """Return the id of the run or machine whose cost goes on after the reply."""
    match reply:
        case AnyRun() | Schedule():
            return reply.id
        case StartedRun() | WebhookFired():
            return reply.run_id
        case MachineReply():
            return None if reply.machine.is_test else reply.machine.id
        case MachineStatus() | MachineTtl():
            return reply.machine_id
        case _:
            return None


def run_cost(run: object, tasks: Mapping[str, str | None]) -> RunCost | None:
    """Return what a run has cost; None while it goes on, and for anything else.

    Args:
        tasks: the os_type of the machines of tasks, which cost besides, by the id of the run.
    """
    match run:
        case AnyRun() if run.status in FINISHED and (run.id in tasks or _has_own_machine(run)):
            return _task_cost(run, tasks.get(run.id))
        case AnyRun() if run.status in FINISHED:
            return RunCost((run.id,), plausible(run.spent))
        case ScheduleRun() if run.status in OVER:
            names = (run.id, run.schedule_id) if run.trigger in BY_SCHEDULE else (run.id,)
            return RunCost(names, _scheduled_cost(run))
        case _:
            return None


def _has_own_machine(run: AnyRun) -> bool:
    return getattr(run, "machine", None) is not None


def _task_cost(run: AnyRun, os_type: str | None) -> RunCost | None:
    """Return the steps and the hours of the machine; None while that may still be there."""
    machine = getattr(run, "machine", None)
    if machine and machine.cleanup_status not in {None, "terminated"}:
        return None
    spent, since, until = plausible(run.spent), moment(run.created_at), moment(run.finished_at)
    if spent is None or not (since and until):
        return RunCost((run.id,), None)
    return RunCost((run.id,), spent + machine_cost(os_type, since, until))


def _scheduled_cost(run: ScheduleRun) -> int | None:
    if run.credits_charged is not None or run.status in NEVER_RAN:
        return plausible(run.credits_charged or 0)
    if run.duration_seconds is None:
        return None
    return max(SCHEDULED_LEAST, ceil(run.duration_seconds / 60) * SCHEDULED_MINUTE)


def hour_price(os_type: str | None) -> int:
    """Return what a machine costs that runs for an hour; the most where its system is unknown."""
    return LINUX_HOUR if os_type == "linux" else OTHER_HOUR


def machine_cost(os_type: str | None, since: datetime, until: datetime) -> int:
    """Return what a machine has cost that ran all the time."""
    hours = max(0.0, (until - since).total_seconds()) / 3600
    return ceil(hours * hour_price(os_type))
