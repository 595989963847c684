"""The simulated agent: carries out the task of a run on the machine's drawn desktop, step by step.

Two words in a task steer it: [pause] makes it ask for a person once, [fail] makes it fail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread

from ...api.errors import CoastyError, InsufficientCredits, InvalidState, MachineNotFound
from .background import wait_at_most
from .clock import iso
from .computers import Computer
from .desktop_task import FAIL, DesktopTask
from .machines import Machine, Machines
from .run_endings import RunStopped, finish_with
from .run_screenshots import Frame
from .runs import Run, step_price
from .state import Account

if TYPE_CHECKING:  # it brings Pillow along
    from ..planner import TaskStep

Done = TypeVar("Done")

REASON = "The task asks for a person."


async def carry_out(account: Account, run: Run, kind: type[Agent] | None = None) -> None:
    """Work on the task until the run has ended, and tell whoever watches it."""
    with run.scope:
        if run.finished:  # somebody was quicker
            return
        await finish_with(run, (kind or Agent)(account, run).work())
        run.on_change(run)


class Agent:
    def __init__(self, account: Account, run: Run) -> None:
        self.account, self.world = account, account.world
        self.run, self.order = run, run.order
        self.price = step_price(run.order)
        self.task = DesktopTask(
            run.order.task, 1 if run.order.cua_version == "v1" else 5, run.watch
        )
        self.deadline = self.world.now() + timedelta(seconds=self.order.deadline_seconds or 0)

    async def work(self) -> dict[str, Any]:
        """Carry the task out; return its result, which says that it was simulated.

        Raises:
            RunStopped: it failed, or nobody came in time.
        """
        self.run.begin()
        number = 1
        step = await self._step(number)
        if self.task.pauses:
            await self._wait_for_person(REASON)
        while step.status != "done":
            await self._overcome(step)
            number += 1
            step = await self._step(number)
        return self._result(step.text)

    def _result(self, summary: str) -> dict[str, Any]:
        if self.task.fails:
            raise RunStopped("TASK_FAILED", f"The task says {FAIL}.")
        self.run.log.append("text", text=summary)
        return {"summary": summary, "passed": True, "simulated": True}

    async def _overcome(self, step: TaskStep) -> None:
        """Wait for a person where the step needs one; fail where that would not help."""
        if step.status == "not_understood":
            raise RunStopped("TASK_FAILED", step.text)
        if step.status != "acted":
            await self._wait_for_person(step.text)
        if step.status == "ask":
            await self._on_computer(self.task.approve)
        if step.status == "stuck" and self.run.note:
            self.task.heed(self.run.note)

    async def _step(self, number: int) -> TaskStep:
        if number > self.order.max_steps:
            done = self.task.so_far
            message = f"The task needs more than max_steps={self.order.max_steps}. {done}".strip()
            raise RunStopped("MAX_STEPS_REACHED", message)
        self.run.before_step(self.run)
        await self._pass_time()
        self._check_means()
        step = await self._on_computer(partial(self._look_and_act, number))
        self._log(number, step)
        charged = self._paid()
        self.account.usage.add("runs", self.world.now(), price=charged)
        self.run.complete_step(charged)
        return step

    def _look_and_act(self, number: int, computer: Computer) -> TaskStep:
        if computer.has_desktop:
            index, now = len(self.run.frames), iso(self.world.now())
            self.run.frames.append(Frame.of(computer, index, number, now))
        return self.task.step(computer)

    def _log(self, number: int, step: TaskStep) -> None:
        happens = self.run.log.append
        happens("reasoning", text=step.text)
        actions = [(action["action_type"], action["params"]) for action in step.actions]
        for kind, params in actions or ([("done", {})] if step.status == "done" else []):
            happens("tool_call", step=number, action_type=kind, params=params)
            happens("tool_result", step=number, success=True)

    async def _on_computer(self, work: Callable[[Computer], Done]) -> Done:
        """Work on the machine's computer, in a thread, while nothing else uses it."""
        from ..computer import CommandError

        machine = self._machine()
        async with machine.lock:
            try:
                return await anyio.to_thread.run_sync(lambda: work(machine.computer))
            except CommandError as error:
                raise RunStopped("TASK_FAILED", f"{error} {self.task.so_far}".strip()) from error

    def _machine(self) -> Machine:
        """Return the machine.

        Raises:
            RunStopped: it cannot be used.
        """
        try:
            machine = self.account.area(Machines).get(self.order.machine_id)
            machine.must_be("running")
        except (InvalidState, MachineNotFound) as error:
            raise RunStopped(error.code, _message(error)) from error
        return machine

    async def _pass_time(self) -> None:
        left = self._left()
        await self.world.sleep(self.world.pace if left is None else min(self.world.pace, left))
        if self._left() == 0:
            raise self._too_late()

    def _check_means(self) -> None:
        """Raise RunStopped unless there is money for the step, and a machine to do it on."""
        self.account.advance(self.world.now())
        self._paying(self.account.wallet.require)
        self._machine()

    def _paid(self) -> int:
        return self._paying(self.account.wallet.charge)

    def _paying(self, act: Callable[[int], Done]) -> Done:
        try:
            return act(self.price)
        except InsufficientCredits as error:
            raise RunStopped("WALLET_EXHAUSTED", _message(error)) from error

    async def _wait_for_person(self, reason: str) -> None:
        """Do what the run says is to be done when a person is needed.

        Raises:
            RunStopped: nobody is waited for, or nobody came in time.
        """
        match self.order.on_awaiting_human:
            case "fail":
                raise RunStopped("AWAITING_HUMAN", reason)
            case "cancel":
                raise RunStopped("AWAITING_HUMAN", reason, "cancelled")
            case "pause":
                self.run.pause(reason)
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
