"""One schedule: when it is due, its runs one after another, and when it pauses itself."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from ...api.errors import EmptyUpdate
from ...api.wire import schedules as wire
from ...api.wire.policy import ActionPolicy
from .clock import iso
from .cron import NEVER, Timing
from .triggers import Trigger

RUN_SECONDS = 3
RETAINED = 100
CREDITS_PER_MINUTE = 10  # of the subscription; the wallet is not touched
TIMING = {"frequency", "cron", "timezone", "time", "day_of_week", "day_of_month"}


@dataclass
class Run:
    record: wire.ScheduleRun
    number: int
    task: str
    seconds: int = 0
    """How long it works; 0 when something keeps it from beginning."""
    error: str | None = None
    """What is going to make it fail, or made it."""
    ends: datetime = NEVER

    def end(self, status: str, error: str | None, credits_charged: int = 0) -> None:
        self.record.status = status
        self.record.error = error
        self.record.duration_seconds = self.seconds
        self.record.credits_charged = credits_charged

    def set_outcome(self, done: str, error: str | None) -> None:
        """Note what the simulated agent did, and why it failed, if it did."""
        self.record.result = {"summary": done, "simulated": True} if done else None
        self.error = error


@dataclass
class Schedule:
    record: wire.Schedule
    timing: Timing
    max_failures: int
    policy: ActionPolicy | None = None
    next_at: datetime = NEVER
    runs: deque[Run] = field(default_factory=lambda: deque[Run](maxlen=RETAINED))
    pending: deque[Run] = field(default_factory=deque[Run])
    """The run at work, then those that wait for it."""
    triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])

    @property
    def wakes_at(self) -> datetime:
        """The time when something happens next: a run ends, or one is due."""
        return min(self.next_at, self.pending[0].ends if self.pending else NEVER)

    def change(self, wanted: wire.UpdateSchedule, now: datetime) -> None:
        given = wanted.model_dump(exclude_unset=True)
        if not given:
            raise EmptyUpdate("The update names nothing to change.")
        if timing := {name: given[name] for name in TIMING & given.keys()}:
            self.retime(self.timing.changed(timing), now)
        self.max_failures = given.get("max_consecutive_failures", self.max_failures)
        if wanted.enabled:
            self.resume(now)
        elif wanted.enabled is False:
            self.pause("user")
        for name in ("name", "task_prompt", "metadata"):
            setattr(self.record, name, given.get(name, getattr(self.record, name)))

    def retime(self, timing: Timing, after: datetime) -> None:
        self.timing = timing
        self.record.frequency = timing.name
        self.record.cron = timing.expression
        self.record.timezone = timing.timezone
        self.plan(after)

    def plan(self, after: datetime) -> None:
        """Find out when it is due next."""
        self.next_at = self.timing.next(after) if self.record.enabled else NEVER
        self.record.next_run_at = None if self.next_at == NEVER else iso(self.next_at)

    def skip_backlog(self, now: datetime) -> None:
        """Leave out those missed times whose runs would not be retained."""
        if self.next_at <= now:
            self.next_at = self.timing.skip_to(RETAINED, due=self.next_at, now=now)

    def pause(self, reason: str) -> None:
        if self.record.enabled:
            self.record.enabled, self.record.paused_reason = False, reason
            self.plan(NEVER)

    def resume(self, now: datetime) -> None:
        self.record.enabled, self.record.paused_reason = True, None
        self.record.consecutive_failures = 0
        self.plan(now)

    def begin(self, run_id: str, trigger: str, task: str, at: datetime) -> Run:
        """Record a run of which nothing is decided yet, and return it."""
        self.record.run_count += 1
        self.record.last_run_at = iso(at)
        record = wire.ScheduleRun(
            id=run_id,
            schedule_id=self.record.id,
            status="queued" if self.pending else "running",
            trigger=trigger,
            duration_seconds=None,
            credits_charged=None,
            error=None,
            executed_at=iso(at),
        )
        run = Run(record, self.record.run_count, task)
        self.runs.append(run)
        return run

    def work(self, run: Run, at: datetime, machine_problem: str | None) -> None:
        """Let the run work as soon as those before it have ended."""
        starts = self.pending[-1].ends if self.pending else at
        run.seconds = 0 if machine_problem else RUN_SECONDS
        run.error = machine_problem
        run.ends = starts + timedelta(seconds=run.seconds)
        self.pending.append(run)

    def finish(self) -> Run:
        """End the run at work."""
        run = self.pending.popleft()
        if self.pending:
            self.pending[0].record.status = "running"
        minutes = 0 if self.record.is_test else ceil(run.seconds / 60)
        run.end("failed" if run.error else "completed", run.error, minutes * CREDITS_PER_MINUTE)
        failures = self.record.consecutive_failures + 1 if run.error else 0
        self.record.consecutive_failures = failures
        if failures >= self.max_failures:
            self.pause("max_consecutive_failures")
        return run

    def history(self, status: str | None, before: int | None) -> list[Run]:
        """Return runs, newest first; `before` is the number of the last one on the page before."""
        return [
            run
            for run in reversed(self.runs)
            if status in (None, run.record.status) and (before is None or run.number < before)
        ]
