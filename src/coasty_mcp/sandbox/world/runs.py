"""Runs: what one has come to, who may change that, and the runs of an account."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio

from ...api.errors import RunNotFound
from ...api.wire import runs as wire
from ...api.wire.run_states import FINISHED
from .action_policies import PolicyWatch
from .clock import Clock, iso
from .event_log import PAUSED, EventLog
from .price_list import PREDICT, V1
from .run_transitions import ANNOUNCED, require_awaiting_human, require_unfinished
from .state import Collection
from .webhook_delivery import Webhook, new_webhook

if TYPE_CHECKING:
    from .run_screenshots import Frame
    from .task_machines import TaskMachine

NEWEST = "v5"


def step_price(order: wire.StartRun) -> int:
    return PREDICT + (V1 if order.cua_version == "v1" else 0)


@dataclass
class Run:
    record: wire.Run
    order: wire.StartRun
    now: Clock
    on_change: "OnChange"
    """Called after each step, when it waits for a person or goes on, and when it has ended."""
    watch: PolicyWatch
    webhook: Webhook | None = None
    before_step: "OnChange" = lambda _: None
    """Called before each step; raises RunStopped where there may be no more."""
    log: EventLog = field(default_factory=EventLog)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    """Around everything that its agent does."""
    answered: anyio.Event = field(default_factory=anyio.Event)
    """Set when the person it waits for has come."""
    note: str | None = None
    """What that person said last."""

    own_machine: "TaskMachine | None" = None
    """Where the run is a task's."""
    frames: "list[Frame]" = field(default_factory=list["Frame"])
    """What its agent has seen, oldest first."""

    @property
    def finished(self) -> bool:
        return self.record.status in FINISHED

    def shown(self) -> wire.Run:
        """The run's record, with its figures under their older names too."""
        figures = {"step_count": self.record.steps_completed, "usage": self._cost()}
        own = self.own_machine and self.own_machine.record(self.record.status)
        machine = {"machine": own} if own else {}
        return self.record.model_copy(update={**figures, **machine})

    def begin(self) -> None:
        self.record.started_at = iso(self.now())
        self._enter("running")

    def complete_step(self, charged: int) -> None:
        self.record.steps_completed += 1
        self.record.credits_charged += charged
        self.record.cost_cents += charged
        self.log.append("step", steps_completed=self.record.steps_completed)
        self.log.append("billing", **self._cost())
        self.on_change(self)

    def pause(self, reason: str) -> None:
        self.answered = anyio.Event()
        self._enter(PAUSED)
        self.record.awaiting_human_reason = reason
        self.record.awaiting_human_since = iso(self.now())
        self.log.append(PAUSED, reason=reason)
        self.on_change(self)

    def resume(self, note: str | None = None) -> None:
        require_awaiting_human(self.record)
        self.note = note
        self.log.append("resumed", note=note)
        self._enter("running")
        self.answered.set()

    def cancel(self) -> None:
        require_unfinished(self.record)
        self.end("cancelled")
        self.scope.cancel()
        self.on_change(self)

    def end(
        self,
        status: str,
        result: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
    ) -> None:
        """End the run for good: what comes later does not change it."""
        if self.finished:
            return
        self.record.result, self.record.error = result, error
        self.record.finished_at = iso(self.now())
        self._enter(status)
        self.log.end(status, error, result=result)

    def _cost(self) -> dict[str, int]:
        return {
            "credits_charged": self.record.credits_charged,
            "cost_cents": self.record.cost_cents,
        }

    def _enter(self, status: str) -> None:
        self.record.status = status
        self.record.awaiting_human_reason = self.record.awaiting_human_since = None
        self.log.append("status", status=status)


OnChange = Callable[[Run], None]


def announce(run: Run) -> None:
    """Tell the listener that was named when the run was started."""
    record = run.record
    if run.webhook and record.status in ANNOUNCED:
        run.webhook.post(
            f"run.{record.status}",
            run_id=record.id,
            status=record.status,
            result=record.result,
            error=record.error,
            awaiting_human_reason=record.awaiting_human_reason,
            reason=record.awaiting_human_reason,
        )


class Runs(Collection[Run]):
    noun, missing = "run", RunNotFound

    def add(
        self,
        order: wire.StartRun,
        on_change: OnChange = announce,
        watch: PolicyWatch | None = None,
    ) -> Run:
        """Add a queued run; `simulated_agent.carry_out` does the work.

        `watch` is that of the workflow which it is a task of.
        """
        webhook = new_webhook(self.world, order.webhook_url)
        record = wire.Run(
            id=self.world.new_uuid("run"),
            object="agent.run",
            status="queued",
            machine_id=order.machine_id,
            task=order.task,
            cua_version=order.cua_version or NEWEST,
            instructions=order.instructions,
            max_steps=order.max_steps,
            on_awaiting_human=order.on_awaiting_human,
            steps_completed=0,
            credits_charged=0,
            cost_cents=0,
            result=None,
            error=None,
            awaiting_human_reason=None,
            metadata=order.metadata,
            webhook_url=order.webhook_url,
            webhook_secret=None,
            created_at=iso(self.world.now()),
            started_at=None,
            awaiting_human_since=None,
            finished_at=None,
        )
        watch = watch or PolicyWatch(order.action_policy)
        run = Run(record, order, self.world.now, on_change, watch, webhook)
        run.log.append("status", status="queued")
        if webhook and webhook.note:
            run.log.append("text", text=webhook.note)
        self._kept[record.id] = run
        return run
