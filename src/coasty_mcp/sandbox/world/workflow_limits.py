"""What a workflow run may spend, how often it may loop, and how long it may take."""

from datetime import timedelta
from math import ceil

from .run_endings import RunStopped
from .workflow_runs import WorkflowRun

MOST_ROUNDS = 1000  # of all loops, where the run sets no guard of its own
MOST_STEPS = 200_000  # retries in retries would otherwise go on for ever


class WorkflowLimits:
    def __init__(self, run: WorkflowRun) -> None:
        self.record, self.order, self.now = run.record, run.order, run.world.now
        self.most_rounds = run.order.max_iterations or MOST_ROUNDS
        self.steps = 0
        self.reserved = 0
        """Cents for the steps that are under way."""
        self.deadline = self.now() + timedelta(seconds=run.order.deadline_seconds or 0)

    def count_step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise RunStopped("GUARD_EXCEEDED", f"The run has more than {MOST_STEPS} steps.")

    def count_round(self, loop_id: str, most: int | None, number: int) -> None:
        """Check the limit before the round of that number of a loop that may have so many."""
        if self.record.iterations_used == self.most_rounds or (most and number > most):
            raise RunStopped("GUARD_EXCEEDED", f"{loop_id} wants more rounds than max_iterations.")
        self.record.iterations_used += 1

    def check_budget(self, more: int) -> None:
        """Raise RunStopped unless so many cents more can be spent."""
        budget, spent = self.order.budget_cents, self.record.spent_cents
        if budget and spent + self.reserved + more > budget:
            message = f"{spent} cents are spent, and budget_cents={budget} allows no further step."
            raise RunStopped("GUARD_EXCEEDED", message)

    def check_time(self) -> None:
        left = self.time_left()
        if left is not None and left <= 0:
            message = f"It took more than {self.order.deadline_seconds} s."
            raise RunStopped("DEADLINE_EXCEEDED", message, "timed_out")

    def time_left(self) -> int | None:
        """The whole seconds until the deadline, rounded up; None without one."""
        if self.order.deadline_seconds is None:
            return None
        return ceil((self.deadline - self.now()).total_seconds())
