"""What machines do: `/machines/{machine_id}/actions`, `/browser`, `/terminal` and `/files`."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import anyio.to_thread
from pydantic import Field

from ....api.wire import actions as wire
from ....api.wire.base import Request
from ....api.wire.policy import ActionPolicy
from ...world.action_policies import check_policy
from ...world.command_executor import CommandExecutor
from ...world.command_names import DESKTOP_SCOPES, command_of, scopes_of
from ...world.machines import Machine, Machines
from ..call import Call
from ..dispatch import MEGABYTE, route

Done = TypeVar("Done")


class Step(Request):
    """One command; its name is checked later, because it may be an alias."""

    command: str
    parameters: wire.Parameters = Field(default_factory=dict[str, Any])
    timeout_ms: wire.TimeoutMs | None = None

    @property
    def timed_parameters(self) -> dict[str, Any]:
        """The parameters, with the timeout of the step where they have none of their own."""
        if self.command != "terminal_execute" or self.timeout_ms is None:
            return self.parameters
        return {"timeout_ms": self.timeout_ms, **self.parameters}


class SingleStep(Step):
    action_policy: ActionPolicy | None = None


class Batch(Request):
    steps: Annotated[list[Step], Field(min_length=1, max_length=50)]
    stop_on_error: bool = True
    action_policy: ActionPolicy | None = None


async def execute_action(call: Call) -> wire.ActionResult:
    step = call.body(SingleStep)
    check_policy(step.action_policy, [(step.command, step.parameters)])
    return await _single(call, step.command, step.timed_parameters)


async def execute_browser_op(call: Call) -> wire.ActionResult:
    command = command_of(call.path["op"], wire.BROWSER_OPS)
    return await _single(call, command, call.body(wire.BrowserAction).parameters)


async def execute_files_op(call: Call) -> wire.ActionResult:
    command = command_of(call.path["op"], wire.FILES_OPS)
    return await _single(call, command, call.body(wire.FilesAction).parameters)


async def run_in_terminal(call: Call) -> wire.ActionResult:
    parameters = call.body(wire.TerminalCommand).model_dump(exclude_none=True)
    return await _single(call, "terminal_execute", parameters)


async def execute_batch(call: Call) -> wire.BatchResult:
    batch = call.body(Batch)
    machine = _ready(call, *(step.command for step in batch.steps))
    check_policy(batch.action_policy, [(step.command, step.parameters) for step in batch.steps])
    executor = CommandExecutor(call.account, machine, call.request_id)

    def carry_out() -> list[wire.ActionResult]:
        results: list[wire.ActionResult] = []
        for step in batch.steps:
            results.append(executor.execute(step.command, step.timed_parameters))
            if batch.stop_on_error and not results[-1].success:
                break
        return results

    results = await _alone(machine, carry_out)
    completed = sum(result.success for result in results)
    return wire.BatchResult(
        machine_id=machine.id,
        results=results,
        completed_count=completed,
        failed_count=len(results) - completed,
        aborted=len(results) < len(batch.steps),
    )


async def _single(call: Call, command: str, parameters: dict[str, Any]) -> wire.ActionResult:
    machine = _ready(call, command)
    executor = CommandExecutor(call.account, machine, call.request_id)
    return await _alone(machine, lambda: executor.execute(command, parameters))


def _ready(call: Call, *commands: str) -> Machine:
    """Return the machine if the key may use all these commands and the machine can run them.

    A machine without a desktop can still show its console.
    """
    scopes = scopes_of(commands)
    call.permit(*sorted(scopes))
    machine = call.account.area(Machines).get(call.path["machine_id"])
    machine.must_be("running")
    if scopes_of([name for name in commands if name != "screenshot"]) & DESKTOP_SCOPES:
        machine.must_have_desktop()
    return machine


async def _alone(machine: Machine, work: Callable[[], Done]) -> Done:
    """Do the work in a thread while nothing else uses the machine."""
    async with machine.lock:
        return await anyio.to_thread.run_sync(work)


ONE = "/machines/{machine_id}"

routes = (
    route("POST", f"{ONE}/actions", execute_action, idempotent=True, most_bytes=MEGABYTE),
    route("POST", f"{ONE}/actions/batch", execute_batch, idempotent=True),
    route(
        "POST",
        f"{ONE}/browser/{{op}}",
        execute_browser_op,
        "actions:exec",
        idempotent=True,
        most_bytes=MEGABYTE,
    ),
    route(
        "POST",
        f"{ONE}/terminal",
        run_in_terminal,
        "terminal:exec",
        idempotent=True,
        most_bytes=MEGABYTE,
    ),
    route("POST", f"{ONE}/files/{{op}}", execute_files_op, idempotent=True),
)
