"""The simulated agent: carries out the task of a run, step by step, until the run ends.

Two words in a task steer it: [pause] makes it ask for a person once, [fail] makes it fail.
"""

from datetime import timedelta
from typing import Any
from zlib import crc32

from ...api.errors import CoastyError, InsufficientCredits, InvalidState, MachineNotFound
from .background import wait_at_most
from .machines import Machines
from .run_endings import RunStopped, finish_with
from .runs import Run, step_price
from .state import Account

PAUSE, FAIL = "[pause]", "[fail]"
REASON = "The task asks for a person."
ACTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("click", {"x": 640, "y": 360}),
    ("type_text", {"text": "coasty"}),
    ("key_press", {"key": "enter"}),
)


async def carry_out(account: Account, run: Run) -> None:
    """Work on the task until the run has ended, and tell whoever watches it."""
    with run.scope:
        if run.finished:  # somebody was quicker
            return
        await finish_with(run, Agent(account, run).work())
        run.on_change(run)


class Agent:
    def __init__(self, account: Account, run: Run) -> None:
        self.account, self.world = account, account.world
        self.run, self.order = run, run.order
        self.price = step_price(run.order)
        self.steps = 2 + crc32(run.order.task.encode()) % 3
        self.deadline = self.world.now() + timedelta(seconds=self.order.deadline_seconds or 0)

    async def work(self) -> dict[str, Any]:
        """The result of the task."""
        self.run.begin()
        for number in range(1, self.steps + 1):
            await self._step(number)
            if number == 1 and PAUSE in self.order.task:
                await self._ask_for_a_person()
        if FAIL in self.order.task:
            raise RunStopped("TASK_FAILED", f"The task says {FAIL}.")
        summary = f"Done: {self.order.task}"
        self.run.log.append("text", text=summary)
        return {"summary": summary, "passed": True}

    async def _step(self, number: int) -> None:
        if number > self.order.max_steps:
            message = f"The task needs more than max_steps={self.order.max_steps}."
            raise RunStopped("MAX_STEPS_REACHED", message)
        await self._pass_time()
        self._check_means()
        kind, params = ("done", {}) if number == self.steps else ACTIONS[number - 1]
        happens = self.run.log.append
        happens("reasoning", text=f"Step {number} of {self.steps}: {kind} comes next.")
        happens("tool_call", step=number, action_type=kind, params=params)
        happens("tool_result", step=number, success=True)
        charged = self.account.wallet.charge(self.price)
        self.account.usage.add("runs", self.world.now(), price=charged)
        self.run.complete_step(charged)

    async def _pass_time(self) -> None:
        left = self._left()
        await self.world.sleep(self.world.pace if left is None else min(self.world.pace, left))
        if self._left() == 0:
            raise self._too_late()

    def _check_means(self) -> None:
        """Money for the step, and a machine to do it on."""
        self.account.advance(self.world.now())
        try:
            self.account.wallet.require(self.price)
            self.account.area(Machines).get(self.order.machine_id).must_be("running")
        except InsufficientCredits as error:
            raise RunStopped("WALLET_EXHAUSTED", _message(error)) from error
        except (InvalidState, MachineNotFound) as error:
            raise RunStopped("TASK_FAILED", _message(error)) from error

    async def _ask_for_a_person(self) -> None:
        match self.order.on_awaiting_human:
            case "fail":
                raise RunStopped("AWAITING_HUMAN", REASON)
            case "cancel":
                raise RunStopped("AWAITING_HUMAN", REASON, "cancelled")
            case "pause":
                self.run.pause(REASON)
        patience, left = self.order.awaiting_human_timeout_seconds, self._left()
        seconds = min((limit for limit in (patience, left) if limit is not None), default=None)
        if await wait_at_most(self.run.answered, seconds, self.world.sleep):
            self.run.on_change(self.run)
            return
        if seconds != patience:
            raise self._too_late()
        raise RunStopped("AWAITING_HUMAN", f"Nobody came within {patience} s.", "timed_out")

    def _left(self) -> float | None:
        """The seconds until its deadline, if it has one."""
        if self.order.deadline_seconds is None:
            return None
        return max(0.0, (self.deadline - self.world.now()).total_seconds())

    def _too_late(self) -> RunStopped:
        message = f"It took more than {self.order.deadline_seconds} s."
        return RunStopped("DEADLINE_EXCEEDED", message, "timed_out")


def _message(error: CoastyError) -> str:
    return error.facts["message"]
