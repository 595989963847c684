"""Runs of workflows: what one has come to, who may change that, and those of an account."""

from dataclasses import dataclass, field
from typing import Any

import anyio

from ...api.errors import RunNotFound
from ...api.wire import workflows as wire
from ...api.wire.run_states import FINISHED
from .action_policies import PolicyWatch
from .clock import iso
from .event_log import PAUSED, EventLog
from .machines import Machine
from .run_transitions import ANNOUNCED, require_awaiting_human, require_unfinished
from .runs import Run
from .state import Collection, World
from .webhook_delivery import Webhook, new_webhook


@dataclass
class Pause:
    """A step that waits for a person: an approval, or a task whose agent has asked."""

    step_id: str
    message: str
    task: Run | None = None
    answered: anyio.Event = field(default_factory=anyio.Event)
    approved: bool = False

    def answer(self, note: str | None, *, approved: bool) -> None:
        self.approved = approved
        self.answered.set()
        if self.task and approved:
            self.task.resume(note)
        elif self.task:
            self.task.cancel()


class WorkflowRun:
    def __init__(
        self,
        world: World,
        record: wire.WorkflowRun,
        definition: dict[str, Any],
        order: wire.StartWorkflowRun,
        webhook: Webhook | None,
    ) -> None:
        self.world, self.record = world, record
        self.definition, self.order = definition, order
        self.webhook = webhook
        self.watch = PolicyWatch(order.action_policy)
        self.log = EventLog()
        self.scope = anyio.CancelScope()
        """Around everything that it does."""
        self.own_machine: Machine | None = None
        """The machine that was started for this run alone, because it named none."""
        self.pauses: list[Pause] = []
        """In the order in which they are answered."""
        self._enter("queued")
        if webhook and webhook.note:
            self.log.append("text", text=webhook.note)

    @property
    def finished(self) -> bool:
        return self.record.status in FINISHED

    def begin(self) -> None:
        self.record.started_at = iso(self.world.now())
        self._enter("running")

    def spend(self, cents: int) -> None:
        self.record.spent_cents += cents
        self.log.append("billing", spent_cents=self.record.spent_cents)

    def pause(self, pause: Pause) -> Pause:
        self.pauses.append(pause)
        if len(self.pauses) == 1:
            self._await_answer()
        return pause

    def leave(self, pause: Pause) -> None:
        """Note that nobody is waited for any more at that step."""
        if pause in self.pauses:
            self.pauses.remove(pause)
            self._go_on()

    def resume(self, note: str | None, *, approved: bool) -> None:
        require_awaiting_human(self.record)
        pause = self.pauses.pop(0)
        self.log.append("resumed", approved=approved, note=note)
        self._go_on()
        pause.answer(note, approved=approved)

    def cancel(self) -> None:
        require_unfinished(self.record)
        self.end("cancelled")
        self.scope.cancel()

    def end(
        self,
        status: str,
        output: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
    ) -> None:
        """End the run for good: what comes later does not change it."""
        if self.finished:
            return
        self.pauses.clear()
        self.record.output, self.record.error = output, error
        self.record.finished_at = iso(self.world.now())
        self.record.awaiting_step_id = self.record.awaiting_human_reason = None
        self._enter(status)
        self.log.end(status, error, output=output)

    def _go_on(self) -> None:
        self.record.awaiting_step_id = self.record.awaiting_human_reason = None
        self._enter("running")
        if self.pauses:
            self._await_answer()

    def _await_answer(self) -> None:
        pause = self.pauses[0]
        self.record.awaiting_step_id = pause.step_id
        self.record.awaiting_human_reason = pause.message
        self._enter(PAUSED)
        self.log.append(PAUSED, step_id=pause.step_id, message=pause.message)

    def _enter(self, status: str) -> None:
        self.record.status = status
        self.log.append("status", status=status)
        if self.webhook and status in ANNOUNCED:
            self.webhook.post(
                f"workflow_run.{status}",
                run_id=self.record.id,
                workflow_id=self.record.workflow_id,
                status=status,
                output=self.record.output,
                error=self.record.error,
                awaiting_step_id=self.record.awaiting_step_id,
                awaiting_human_reason=self.record.awaiting_human_reason,
                reason=self.record.awaiting_human_reason,
            )


class WorkflowRuns(Collection[WorkflowRun]):
    noun, missing = "workflow run", RunNotFound

    def add(
        self,
        order: wire.StartWorkflowRun,
        definition: dict[str, Any],
        workflow: wire.Workflow | None = None,
    ) -> WorkflowRun:
        """Add a queued run; `workflow_interpreter.carry_out` does the work."""
        webhook = new_webhook(self.world, order.webhook_url)
        record = wire.WorkflowRun(
            id=self.world.new_uuid("workflow_run"),
            object="workflow.run",
            status="queued",
            workflow_id=workflow.id if workflow else None,
            workflow_version=workflow.version if workflow else None,
            machine_id=order.machine_id,
            inputs=order.inputs or {},
            output=None,
            error=None,
            awaiting_human_reason=None,
            awaiting_step_id=None,
            iterations_used=0,
            spent_cents=0,
            budget_cents=order.budget_cents,
            webhook_url=order.webhook_url,
            webhook_secret=None,
            metadata=order.metadata,
            created_at=iso(self.world.now()),
            started_at=None,
            finished_at=None,
        )
        run = WorkflowRun(self.world, record, definition, order, webhook)
        self._kept[record.id] = run
        return run
