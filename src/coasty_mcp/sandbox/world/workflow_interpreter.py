"""Interprets a workflow: goes through its steps, and says how the run has ended."""

from collections import ChainMap
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import anyio
import anyio.lowlevel

from ...api import workflows as dsl
from .background import wait_at_most
from .machines import GONE, Machines
from .run_endings import RunStopped, finish_with
from .state import Account
from .task_step import StepFailed, check_answer
from .workflow_limits import WorkflowLimits
from .workflow_runs import Pause, WorkflowRun
from .workflow_tasks import Task

Scope = MutableMapping[str, Any]


class Succeeded(Exception):
    """A `succeed` step was reached."""

    def __init__(self, output: dict[str, Any]) -> None:
        super().__init__()
        self.output = output


async def carry_out(account: Account, run: WorkflowRun) -> None:
    """Go through the steps until the run has ended."""
    with run.scope:
        try:
            await finish_with(run, Interpreter(account, run).work())
        finally:
            if run.own_machine and run.own_machine.status not in GONE:
                account.area(Machines).begin(run.own_machine, "deleting")


class Interpreter:
    def __init__(self, account: Account, run: WorkflowRun) -> None:
        self.account, self.run = account, run
        self.limits = WorkflowLimits(run)

    async def work(self) -> dict[str, Any] | None:
        """Run the steps and return the output of the workflow, if it has one."""
        self.run.begin()
        scope: Scope = {"inputs": self.run.record.inputs, "vars": {}}
        try:
            await self._block(self.run.definition["steps"], scope)
            return dsl.render(self.run.definition.get("output"), scope)
        except Succeeded as succeeded:
            return succeeded.output
        except dsl.Unresolved as missing:
            raise StepFailed(f"output: {missing}") from missing

    async def _block(self, steps: list[dict[str, Any]], scope: Scope) -> None:
        for raw in steps:
            step = dsl.parse(raw)
            self._tell(step, "started")
            try:
                await self._step(step, scope)
            except dsl.Unresolved as missing:
                self._tell(step, "failed")
                raise StepFailed(f"{step.id}: {missing}") from missing
            except RunStopped:
                self._tell(step, "failed")
                raise
            self._tell(step, "completed")

    async def _step(self, step: dsl.Step, scope: Scope) -> None:
        await anyio.lowlevel.checkpoint()
        self.limits.check_time()
        self.limits.count_step()
        match step:
            case dsl.TaskStep():
                await self._task(step, scope)
            case dsl.AssertStep():
                if not dsl.holds(step.condition, scope):
                    otherwise = f"The condition of {step.id} does not hold."
                    raise StepFailed(_words(step.message, scope, otherwise))
            case dsl.IfStep():
                holds = dsl.holds(step.condition, scope)
                await self._block(step.then if holds else step.otherwise, scope)
            case dsl.LoopStep():
                await self._loop(step, scope)
            case dsl.ParallelStep():
                await self._parallel(step, scope)
            case dsl.ApprovalStep():
                await self._approval(step, scope)
            case dsl.RetryStep():
                await self._retry(step, scope)
            case dsl.SucceedStep():
                raise Succeeded(dsl.render(step.output, scope))
            case dsl.FailStep():
                message = _words(step.message, scope, f"{step.id} ends the workflow.")
                raise RunStopped("WORKFLOW_FAILED", message)
            case _:
                raise TypeError(step.type)

    async def _task(self, step: dsl.TaskStep, scope: Scope) -> None:
        task = Task(self.account, self.run, self.limits, step, scope)
        self._tell(step, "running", run_id=task.run.record.id)
        outcome = await task.outcome()
        for name in filter(None, (step.id, step.save_as)):
            scope[name] = outcome
        # Elsewhere the workflow decides what a failed task means; a retry is there to repeat it.
        if "attempt" in scope["vars"] and not outcome["passed"]:
            raise StepFailed(f"The task {step.id} has {outcome['status']}.")

    async def _approval(self, step: dsl.ApprovalStep, scope: Scope) -> None:
        message = _words(step.message, scope, f"{step.id} needs an approval.")
        pause = self.run.pause(Pause(step.id, message))
        limits = (step.timeout_seconds, self.limits.time_left())
        seconds = min((limit for limit in limits if limit is not None), default=None)
        if not await wait_at_most(pause.answered, seconds, self.run.world.sleep):
            self.run.leave(pause)
            self.limits.check_time()
            raise RunStopped("AWAITING_HUMAN", f"Nobody answered within {seconds} s.", "timed_out")
        check_answer(pause)

    async def _loop(self, step: dsl.LoopStep, scope: Scope) -> None:
        for number in count(1):
            with _variable(scope, "iteration", number):
                if not _goes_on(step, number, scope):
                    return
                self.limits.count_round(step.id, step.max_iterations, number)
                await self._block(step.body, scope)

    async def _retry(self, step: dsl.RetryStep, scope: Scope) -> None:
        for attempt in range(1, step.max_attempts + 1):
            try:
                with _variable(scope, "attempt", attempt):
                    await self._block(step.body, scope)
                return
            except StepFailed as failed:
                if attempt == step.max_attempts:
                    raise
                self._tell(step, "retrying", attempt=attempt, reason=str(failed))

    async def _parallel(self, step: dsl.ParallelStep, scope: Scope) -> None:
        """Run the branches: none sees what the others bind; afterwards all of it is there."""
        scopes = [ChainMap[str, Any]({}, scope) for _ in step.branches]
        try:
            async with anyio.create_task_group() as group:
                for branch, own in zip(step.branches, scopes, strict=True):
                    group.start_soon(self._block, branch, own)
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        for own in scopes:
            scope.update(own.maps[0])

    def _tell(self, step: dsl.Step, status: str, **more: Any) -> None:
        self.run.log.append("step", step_id=step.id, step_type=step.type, status=status, **more)


def _goes_on(loop: dsl.LoopStep, number: int, scope: Scope) -> bool:
    if loop.condition:
        return dsl.holds(loop.condition, scope)
    return number <= (loop.count or 0)


def _words(message: str, scope: Scope, otherwise: str) -> str:
    return dsl.render_text(message, scope) or otherwise


@contextmanager
def _variable(scope: Scope, name: str, value: int) -> Generator[None]:
    """Bind `vars.<name>` in the block only."""
    outside = scope["vars"]
    scope["vars"] = {**outside, name: value}
    try:
        yield
    finally:
        scope["vars"] = outside
