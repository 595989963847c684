"""The schedules of an account, what links them, and what happens to them as time goes by."""

from datetime import datetime, timedelta

from ...api.errors import InsufficientCredits, NotFound
from ...api.wire import schedules as wire
from .clock import iso
from .cron import NEVER, Timing
from .incoming_webhooks import Webhook
from .machines import Machines
from .one_go import carry_out_at_once
from .schedules import TIMING, Run, Schedule
from .state import Account, Collection
from .trigger_chains import MAX_CHAIN, chain_length
from .triggers import Trigger, new_trigger
from .validation import invalid_request

MINIMUM_BALANCE = 20  # must be in the wallet, is not taken
LATE = timedelta(seconds=60)  # so much run_at may lie in the past


class Scheduler(Collection[Schedule]):
    noun, missing = "schedule", NotFound

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.machines = account.area(Machines)

    def create(self, wanted: wire.CreateSchedule) -> Schedule:
        now = self.world.now()
        timing = Timing(run_at=wanted.run_at, **wanted.model_dump(include=TIMING))
        after = now - LATE if wanted.run_at else now
        if timing.next(after) == NEVER:
            raise invalid_request(
                "run_at must lie in the future, before the year 9999.", "body", "run_at"
            )
        self.machines.get(wanted.machine_id).must_exist()
        self.account.wallet.require(MINIMUM_BALANCE)
        record = wire.Schedule(
            id=self.account.new_id("sch"),
            name=wanted.name,
            machine_id=wanted.machine_id,
            task_prompt=wanted.task_prompt,
            enabled=True,
            frequency=timing.name,
            cron=timing.expression,
            timezone=timing.timezone,
            last_run_at=None,
            run_count=0,
            consecutive_failures=0,
            paused_reason=None,
            is_test=self.account.is_test,
            created_at=iso(now),
            metadata=wanted.metadata,
        )
        schedule = Schedule(
            record, timing, wanted.max_consecutive_failures, policy=wanted.action_policy
        )
        schedule.plan(after)
        self._kept[record.id] = schedule
        return schedule

    def delete(self, schedule_id: str) -> None:
        del self._kept[self.get(schedule_id).record.id]

    def fire(self, schedule: Schedule, cause: str, at: datetime, task: str | None = None) -> Run:
        """Record a run, and let it work unless something speaks against it."""
        task = task or schedule.record.task_prompt
        run = schedule.begin(self.world.new_uuid("schedule_run"), cause, task, at)
        try:
            self.account.wallet.require(MINIMUM_BALANCE)
        except InsufficientCredits as error:
            run.end("insufficient_credits", error.facts["message"])
            schedule.pause("insufficient_credits")
            return run
        if cause == "cron" and schedule.pending:
            run.end("skipped", "The run before it was still at work.")
        else:
            schedule.work(run, at, self._machine_problem(schedule))
        return run

    def advance(self, now: datetime) -> None:
        """Run what was due, end what has worked long enough: in the order of time."""
        for schedule in self._kept.values():
            schedule.skip_backlog(now)
        while (schedule := self._first_awake(now)) and not self._is_busy(schedule):
            at = schedule.wakes_at
            if schedule.pending and schedule.pending[0].ends == at:
                self._finish(schedule, at)
            elif schedule.timing.run_at:
                self.fire(schedule, "run_at", at)
                schedule.pause("one_shot_complete")
            else:
                schedule.plan(after=at)
                self.fire(schedule, "cron", at)

    def add_trigger(
        self, schedule: Schedule, wanted: wire.CreateTrigger, webhooks: str | None
    ) -> Trigger:
        """Add a trigger; `webhooks` is the URL below which they are called, None without a port."""
        if wanted.kind == "chain":
            if not wanted.source_schedule_id:
                raise invalid_request(
                    "A chain needs source_schedule_id.", "body", "source_schedule_id"
                )
            source = self.get(wanted.source_schedule_id)
            self._check_chain(source.record.id, schedule.record.id)
        trigger = new_trigger(self.world, schedule.record.id, wanted, webhooks)
        schedule.triggers[trigger.record.id] = trigger
        return trigger

    def webhook(self, webhook_id: str) -> tuple[Schedule, Trigger, Webhook] | None:
        """Return the schedule, the trigger and the webhook with that id; None if there is none."""
        for schedule in self._kept.values():
            for trigger in schedule.triggers.values():
                if trigger.webhook and trigger.webhook.id == webhook_id:
                    return schedule, trigger, trigger.webhook
        return None

    def _first_awake(self, now: datetime) -> Schedule | None:
        first = min(self._kept.values(), key=lambda one: one.wakes_at, default=None)
        return first if first and first.wakes_at <= now else None

    def _finish(self, schedule: Schedule, at: datetime) -> None:
        self._carry_out(schedule)
        run = schedule.finish()
        for other in self._kept.values():
            ends = (schedule.record.id, run.record.status)
            followers = (trigger.follows(*ends) for trigger in other.triggers.values())
            if other.record.enabled and any(followers):
                self.fire(other, "triggered", at)

    def _is_busy(self, schedule: Schedule) -> bool:
        """Return whether somebody else uses its machine: then its run ends a little later."""
        machine = self.machines.find(schedule.record.machine_id)
        return bool(schedule.pending and machine and machine.lock.locked())

    def _carry_out(self, schedule: Schedule) -> None:
        """Let the run at work do its task on the machine's desktop, if that is possible."""
        run = schedule.pending[0]
        run.error = run.error or self._machine_problem(schedule)
        if not run.error:
            machine = self.machines.get(schedule.record.machine_id)
            run.set_outcome(*carry_out_at_once(run.task, machine.computer, schedule.policy))

    def _machine_problem(self, schedule: Schedule) -> str | None:
        """Return why its machine cannot be used; None if it can."""
        machine = self.machines.find(schedule.record.machine_id)
        if not machine:
            return f"There is no machine {schedule.record.machine_id}."
        return None if machine.status == "running" else f"Machine {machine.id} is {machine.status}."

    def _check_chain(self, source: str, target: str) -> None:
        links = [
            (trigger.record.source_schedule_id, schedule.record.id)
            for schedule in self._kept.values()
            for trigger in schedule.triggers.values()
            if trigger.record.source_schedule_id
        ]
        if chain_length((source, target), links) > MAX_CHAIN:
            message = f"A chain has at most {MAX_CHAIN} links and never leads back to itself."
            raise invalid_request(message, "body", "source_schedule_id")
