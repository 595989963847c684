"""What replies said of sessions, machines and runs, as far as the next price depends on it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from ..api.client.spending import ApiRequest, Lookup
from ..api.errors import CoastyError, NoAnswer, OutcomeUnknown, UnreadableReply
from ..api.untrusted import named
from ..api.wire.machines import Machine, MachineReply, ProvisionMachine
from ..api.wire.run_states import AnyRun
from ..api.wire.schedules import Schedule
from .session_prices import SessionPrice, is_hd
from .spend_log import Line

if TYPE_CHECKING:
    from ..api.wire.sessions import CreateSession, SessionPredict
    from ..api.wire.tasks import StartTask
    from ..api.wire.workflows import StartWorkflowRun

RESUME_BOUNDS = {"max_steps", "steps_completed", "cua_version", "budget_cents", "spent_cents"}
"""The fields of a run that bound what it costs to go on."""
GONE = frozenset({"deleting", "terminating", "terminated", "gone", "error"})
RESTING = frozenset({"stopped", "suspended"})
MACHINE_FIELDS = {"display_name", "status", "auto_destroy_at", "os_type"}
"""The fields of a machine that are remembered."""


@dataclass
class KnownState:
    """The latest of each session, machine, run and schedule."""

    machines: dict[str, Machine] = field(default_factory=dict[str, Machine])
    runs: dict[str, AnyRun] = field(default_factory=dict[str, AnyRun])
    schedules: dict[str, Schedule] = field(default_factory=dict[str, Schedule])
    sessions: dict[str, SessionPrice] = field(default_factory=dict[str, SessionPrice])
    tasks: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    """The os_type, if known, of the machine that each task or workflow run has, by its id."""

    unanswered_machines: dict[str, str] = field(default_factory=dict[str, str])
    """The names of machines that were asked for without an answer, by the idempotency key."""

    def session_price(self, session_id: str, screenshot: str) -> int | None:
        """Return what the next prediction costs; None for a session that was never seen."""
        session = self.sessions.get(session_id)
        return session.most(screenshot) if session else None

    def lookup(self, request: ApiRequest, *, limited: bool) -> Lookup | None:
        """Return the read without which what the request costs, or frees, is not known."""
        match request.method, *request.segments:
            case "POST", "sessions", session_id, "predict" if session_id not in self.sessions:
                from ..api.wire.sessions import SessionInfo

                return f"/sessions/{session_id}", SessionInfo
            case ("POST", "machines", machine_id, "start") | ("PATCH", "machines", machine_id):
                return (f"/machines/{machine_id}", MachineReply) if limited else None
            case "POST", "runs", run_id, "resume" if limited:
                from ..api.wire.runs import Run

                return f"/runs/{run_id}", Run
            case "POST", "workflows", "runs", run_id, "resume" if limited:
                from ..api.wire.workflows import WorkflowRun

                return f"/workflows/runs/{run_id}", WorkflowRun
            case "DELETE", "schedules", schedule_id if limited:
                known = schedule_id in self.schedules
                return None if known else (f"/schedules/{schedule_id}", Schedule)
            case _:
                return None

    def observe(self, request: ApiRequest, reply: Any) -> None:
        """Remember what a reply says; sessions grow dearer with each step until they are closed."""
        match request.method, *request.segments:
            case "POST", "sessions":
                self.sessions[reply.session_id] = SessionPrice(cast("CreateSession", request.body))
            case "POST", "machines":
                self.unanswered_machines.pop(str(request.key), None)
            case "POST", "tasks":
                self.tasks[reply.id] = cast("StartTask", request.body).machine.os_type
            case "POST", "workflows", *_, "runs":
                if may_get_machine(cast("StartWorkflowRun", request.body)):
                    self.tasks[reply.id] = None
            case "GET", "sessions", session_id if session_id not in self.sessions:
                self.sessions[session_id] = SessionPrice.of(reply)
            case "POST", "sessions", session_id, "predict" if session_id in self.sessions:
                session = self.sessions[session_id]
                session.steps = max(session.steps + 1, reply.step)
            case "POST", "sessions", session_id, "reset" if session_id in self.sessions:
                self.sessions[session_id].steps = 0
            case "DELETE", "sessions", session_id:
                self.sessions.pop(session_id, None)
            case "GET", "machines", machine_id if isinstance(reply, MachineReply):
                self.machines[machine_id] = reply.machine
            case ("GET", "runs", run_id) | ("GET", "workflows", "runs", run_id):
                self.runs[run_id] = reply
            case _ if isinstance(reply, Schedule):
                self.schedules[reply.id] = reply
            case _:
                pass

    @contextmanager
    def under_way(self, request: ApiRequest) -> Generator[None]:
        """Count the request while it is under way, if it is a prediction in a known session.

        A machine that is asked for is remembered until the API answers: a call that its host
        gives up may have started it.
        """
        match request.method, *request.segments:
            case "POST", "sessions", session_id, "predict" if session_id in self.sessions:
                session = self.sessions[session_id]
                session.under_way += 1
                session.hd |= is_hd(cast("SessionPredict", request.body).screenshot)
                try:
                    yield
                finally:
                    session.under_way -= 1
            case "POST", "machines":
                name = cast("ProvisionMachine", request.body).display_name
                self.unanswered_machines[str(request.key)] = name
                try:
                    yield
                except CoastyError as error:
                    if not isinstance(error, NoAnswer | OutcomeUnknown | UnreadableReply):
                        self.unanswered_machines.pop(str(request.key), None)
                    raise
            case _:
                yield


def may_get_machine(run: StartWorkflowRun) -> bool:
    """Return whether tasks of the run may get a machine of its own, which costs by the hour."""
    from ..api.workflows import may_need_machine  # most servers offer no workflows

    return not run.machine_id and may_need_machine(run.definition)


def line_of(machine: Machine) -> Line:
    """Return what is remembered of a machine."""
    return {"machine": machine.id, **machine.model_dump(include=MACHINE_FIELDS)}


def still_running(
    machines: Mapping[str, Line], unanswered: Iterable[str], now: datetime
) -> list[str]:
    """Return the machines that, for all that is known, still cost money.

    Args:
        machines: What is remembered of each, by its id.
        unanswered: The names of those whose start was never answered.
        now: The time.
    """
    known = [
        f"{named(machine)} ({named(line.get('display_name'))})"
        for machine, line in machines.items()
        if line["status"] not in RESTING and (moment(line.get("auto_destroy_at")) or now) >= now
    ]
    return known + [f"perhaps {named(each)}, whose start was not answered" for each in unanswered]


def moment(text: str | None) -> datetime | None:
    """Return an ISO 8601 time; None for anything else."""
    with suppress(ValueError):
        time = datetime.fromisoformat(text) if text else None
        return time.replace(tzinfo=time.tzinfo or UTC) if time else None
    return None
