"""A task step of a workflow: a run of its own, whose costs and pauses count for the workflow."""

from typing import Any

from ...api.workflows import Scope, TaskStep
from .event_log import PAUSED
from .run_endings import RunStopped
from .runs import Run, Runs, step_price
from .simulated_agent import carry_out
from .state import Account
from .task_step import NO_MACHINE, check_answer, machine_of, run_of
from .workflow_limits import WorkflowLimits
from .workflow_runs import Pause, WorkflowRun

FINAL = frozenset({"GUARD_EXCEEDED", "DEADLINE_EXCEEDED", "WALLET_EXHAUSTED"})
"""Errors of a task that end the whole workflow."""


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
        order = run_of(step, scope, run.record.machine_id or NO_MACHINE, limits.time_left())
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
