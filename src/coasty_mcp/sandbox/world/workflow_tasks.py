"""A task step of a workflow: a run of its own, whose costs and pauses count for the workflow."""

from typing import Any

from pydantic import ValidationError

from ...api.wire.machines import ProvisionMachine
from ...api.wire.runs import StartRun
from ...api.workflows import Scope, TaskStep, render_text
from .event_log import PAUSED
from .machines import Machines
from .run_endings import RunStopped
from .runs import Run, Runs, step_price
from .simulated_agent import carry_out
from .state import Account
from .workflow_limits import WorkflowLimits
from .workflow_runs import Pause, WorkflowRun

NO_MACHINE = "none"
OF_THE_STEP = {"id", "type", "save_as"}  # the other fields are for its run
FINAL = frozenset({"GUARD_EXCEEDED", "DEADLINE_EXCEEDED", "WALLET_EXHAUSTED"})
"""Errors of a task that end the whole workflow."""


class StepFailed(RunStopped):
    """A failure that a `retry` around the step tries again."""

    def __init__(self, message: str) -> None:
        super().__init__("STEP_FAILED", message)


class Task:
    def __init__(
        self,
        account: Account,
        run: WorkflowRun,
        limits: WorkflowLimits,
        step: TaskStep,
        scope: Scope,
    ) -> None:
        self.account, self.workflow_run, self.limits = account, run, limits
        self.step_id = step.id
        self.pause: Pause | None = None
        self.counted = 0
        """Steps of its run that are paid for."""
        self.reserved = 0
        """Cents of the budget for its step that is under way."""
        order = _order(step, scope, run.record.machine_id or NO_MACHINE, limits.time_left())
        limits.check_budget(step_price(order))
        if order.machine_id == NO_MACHINE:
            order.machine_id = machine_of(account, run)
        self.run = account.area(Runs).add(order, self._on_change, run.watch)
        self.run.before_step = self._reserve

    async def outcome(self) -> dict[str, Any]:
        """Return what the step binds, once its run has ended."""
        try:
            await carry_out(self.account, self.run)
        finally:
            self._release()
            if self.pause:
                self.workflow_run.leave(self.pause)
        if self.pause:
            check_answer(self.pause)
        record = self.run.record
        if record.error and record.error["code"] in FINAL:
            raise RunStopped(record.error["code"], record.error["message"], record.status)
        return {
            "status": record.status,
            "passed": record.status == "succeeded",
            "result": record.result,
            "run_id": record.id,
            "steps": record.steps_completed,
            "error": record.error,
        }

    def _on_change(self, run: Run) -> None:
        if steps := run.record.steps_completed - self.counted:
            self._release()
            self.counted += steps
            self.workflow_run.spend(steps * step_price(run.order))
        if run.record.status == PAUSED:
            reason = run.record.awaiting_human_reason or ""
            self.pause = self.workflow_run.pause(Pause(self.step_id, reason, run))
        elif self.pause:
            self.workflow_run.leave(self.pause)

    def _reserve(self, run: Run) -> None:
        price = step_price(run.order)
        self.limits.check_budget(price)
        self.reserved = price
        self.limits.reserved += price

    def _release(self) -> None:
        self.limits.reserved -= self.reserved
        self.reserved = 0


def check_answer(pause: Pause) -> None:
    """Raise RunStopped where a person said no: that is final, and no retry asks again."""
    if pause.answered.is_set() and not pause.approved:
        raise RunStopped("STEP_FAILED", f"{pause.step_id} was rejected.")


def machine_of(account: Account, run: WorkflowRun) -> str:
    """Return the id of the run's machine; without one it gets one of its own, until it ends."""
    if not run.record.machine_id:
        wanted = ProvisionMachine(display_name="workflow run", desktop_enabled=True)
        run.own_machine = account.area(Machines).provision(wanted)
        run.record.machine_id = run.own_machine.id
    return run.record.machine_id


def _order(step: TaskStep, scope: Scope, machine_id: str, seconds: int | None) -> StartRun:
    wanted: dict[str, Any] = {"machine_id": machine_id, "deadline_seconds": seconds}
    for name, value in step.model_dump(exclude=OF_THE_STEP, exclude_none=True).items():
        wanted[name] = render_text(value, scope) if isinstance(value, str) else value
    try:
        return StartRun.model_validate(wanted)
    except ValidationError as error:
        [problem, *_] = error.errors()
        raise StepFailed(f"{step.id}.{problem['loc'][0]}: {problem['msg']}.") from error
