"""The tool of the toolset `fleet` that shows all that costs money, or will, and what ends it."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from ..api.errors import CoastyError
from ..api.untrusted import named
from ..api.wire import machines as wire
from ..api.wire.base import Reply
from ..api.wire.run_states import FINISHED, AnyRun
from ..api.wire.schedules import Schedule
from ..api.wire.sessions import SessionInfo
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, counted, text_result
from .catalog import fleet
from .list_results import with_name
from .machines import lease
from .schedule_results import next_run

SCHEDULED_RUN = "10 credits a minute, at least 20, from the subscription"
SESSION = "4 credits a prediction"
STEP = "5 credits a step (v1: 8)"
RUNNING_RATES = {"linux": 5, "windows": 9}
"""Credits an hour of a running machine: https://coasty.ai/docs, Pricing."""
RESTING_RATE = 1
RESTING, FREE = {"stopped", "suspended"}, {"creating", "error", "terminated"}
MOST = 200
"""Entries of each kind that are asked for."""
SHOWN = 25
"""Entries of each kind that get a line."""

KINDS = 6
"""Kinds of what costs that the API is asked for."""

T = TypeVar("T")
R = TypeVar("R", bound=Reply)


class ActiveCosts(wire.BillingActive):
    """The reply of coasty_get_active_billing."""

    active: list[wire.BillingItem]
    live_rate_credits_per_hour: int
    """What all machines cost an hour now with a live key."""
    machines: list[wire.Machine] | None = None
    """Those that are not terminated; left out, like the others, where they are not known."""
    schedules: list[Schedule] | None = None
    """Those that are enabled."""
    sessions: list[SessionInfo] | None = None
    runs: list[AnyRun] | None = None
    """Runs under way or waiting for a person."""
    workflow_runs: list[AnyRun] | None = None
    """Workflow runs under way or waiting for a person."""
    unknown: list[str]
    """What this key may not see, or could not, and of what there is more than was looked at."""


@fleet.tool("See what costs money", READS)
async def coasty_get_active_billing(api: Api) -> TextResult[ActiveCosts]:
    """See all that costs money now, or will, with what ends each.

    Machines with their leases, enabled schedules, sessions, and runs under way; in live prices
    on a test key too.
    """
    refusals = dict[str, CoastyError]()
    ask = partial(_unless_refused, refusals)
    billing = await ask("What is billed", api.machines.get_active_billing())
    machines = await ask("Machines", api.machines.list(MOST))
    schedules = await ask("Schedules", api.schedules.list(MOST))
    sessions = await ask("Sessions", api.sessions.list())
    runs = await ask("Runs", api.runs.list(MOST))
    workflow_runs = await ask("Workflow runs", api.workflows.list_runs(MOST))
    if len(refusals) == KINDS:
        raise refusals["Machines"]
    unknown = [f"{what}: not known. {said.facts['message']}" for what, said in refusals.items()]
    lists = {"Machines": machines, "Schedules": schedules, "Runs": runs}
    for what, listed in {**lists, "Workflow runs": workflow_runs}.items():
        if listed and listed.has_more:
            unknown.append(f"{what}: only the newest {MOST} are here, and there are more.")
    there = machines and [each for each in machines.data if each.status != "terminated"]
    costs = ActiveCosts(
        active=billing.active if billing else [],
        current_run_rate_cents_per_hour=billing.current_run_rate_cents_per_hour if billing else 0,
        live_rate_credits_per_hour=sum(map(_live_rate, there or [])),
        machines=there,
        schedules=schedules and _listed(each for each in schedules.data if each.enabled),
        sessions=sessions and _listed(sessions.sessions),
        runs=runs and _under_way(runs.data),
        workflow_runs=workflow_runs and _under_way(workflow_runs.data),
        unknown=unknown,
    )
    if billing:
        costs.attach(billing.receipt)
    return text_result(
        costs,
        *_lines(costs.machines, _machine_line, "No machine is there."),
        _total(costs, known=billing is not None),
        *_lines(costs.schedules, _schedule_line, "No schedule is enabled."),
        *_lines(costs.sessions, _session_line, "No session is open."),
        *_lines(costs.runs, partial(_run_line, "run"), "No run is under way."),
        *_lines(
            costs.workflow_runs, partial(_run_line, "workflow_run"), "No workflow run is under way."
        ),
        *unknown,
    )


async def _unless_refused(
    refusals: dict[str, CoastyError], what: str, asked: Awaitable[T]
) -> T | None:
    """Return the answer, or None and keep the refusal: the rest is worth telling."""
    try:
        return await asked
    except CoastyError as error:
        refusals[what] = error
        return None


def _under_way(runs: Iterable[AnyRun]) -> list[AnyRun]:
    return _listed(each for each in runs if each.status not in FINISHED)


def _listed(found: Iterable[R]) -> list[R]:
    """Return the entries without the id of the request that each may carry."""
    return [each.model_copy(update={"request_id": None}) for each in found]


def _lines(found: list[T] | None, line: Callable[[T], str], nothing: str) -> list[str]:
    if found is None:
        return []
    rest = len(found) - SHOWN
    more = [f"{rest} more of these are only in the data."] if rest > 0 else []
    return [line(each) for each in found[:SHOWN]] + more or [nothing]


def _live_rate(machine: wire.Machine) -> int:
    """Return the credits an hour in its state: as it is billed, or as a live one would be."""
    if machine.status in FREE:
        return 0
    billing, resting = machine.billing, machine.status in RESTING
    if billing and not machine.is_test:
        return billing.stopped_credits_per_hour if resting else billing.running_credits_per_hour
    dearest = RUNNING_RATES["windows"]
    return RESTING_RATE if resting else RUNNING_RATES.get(machine.os_type or "", dearest)


def _machine_line(machine: wire.Machine) -> str:
    rate = f"{counted(_live_rate(machine), 'credit')}/h"
    cost = f"free as a test machine, live {rate}" if machine.is_test else rate
    end = f'coasty_terminate_machine(machine_id="{machine.id}")'
    name = with_name(machine.id, machine.display_name)
    return f"{name}: {named(machine.status)}, {cost}, {lease(machine)}. Ends by {end}."


def _total(costs: ActiveCosts, *, known: bool) -> str:
    live = f"{counted(costs.live_rate_credits_per_hour, 'credit')} an hour at live prices"
    billed = f"{counted(costs.current_run_rate_cents_per_hour, 'credit')} an hour billed"
    return f"Machines in all: {live}{f', {billed}' if known else ''}."


def _schedule_line(schedule: Schedule) -> str:
    cost = f"free as a test, live {SCHEDULED_RUN}" if schedule.is_test else SCHEDULED_RUN
    end = f'coasty_pause_schedule(schedule_id="{schedule.id}")'
    name = with_name(schedule.id, schedule.name)
    return f"{name}: next run {next_run(schedule) or 'not set'}, {cost}. Halts by {end}."


def _session_line(session: SessionInfo) -> str:
    end = f'coasty_close_session(session_id="{session.session_id}")'
    until = f", open until {session.expires_at}" if session.expires_at else ""
    return f"Session {session.session_id}{until}: {SESSION}. Ends by {end}."


def _run_line(kind: str, run: AnyRun) -> str:
    end = f'coasty_cancel_{kind}(run_id="{run.id}")'
    name = f"{kind.replace('_', ' ').capitalize()} {run.id}"
    return f"{name}: {named(run.status)}, {STEP}. Ends by {end}."
