"""What a task step asks for: its run, its machine, and an answer that may be remembered."""

from typing import Any

from pydantic import ValidationError

from ...api.wire.machines import ProvisionMachine
from ...api.wire.runs import StartRun
from ...api.workflows import Scope, TaskStep, render_text
from .machines import Machines
from .run_endings import RunStopped
from .state import Account
from .workflow_runs import Pause, WorkflowRun

NO_MACHINE = "none"
OF_THE_STEP = {"id", "type", "save_as"}  # the other fields are for its run


class StepFailed(RunStopped):
    """A failure that a `retry` around the step tries again."""

    def __init__(self, message: str) -> None:
        super().__init__("STEP_FAILED", message)


def check_answer(pause: Pause) -> None:
    """Raise RunStopped where a person said no: that is final, and no retry asks again."""
    if pause.answered.is_set() and not pause.approved:
        raise RunStopped("STEP_FAILED", f"{pause.step_id} was rejected.")


def machine_of(account: Account, run: WorkflowRun) -> str:
    """Return the id of the run's machine; without one it gets one of its own, until it ends."""
    if not run.record.machine_id:
        wanted = ProvisionMachine(display_name="workflow run", desktop_enabled=True)
        run.own_machine = account.area(Machines).provision(wanted)
        run.record.machine_id = run.own_machine.id
    return run.record.machine_id


def run_of(step: TaskStep, scope: Scope, machine_id: str, seconds: int | None) -> StartRun:
    wanted: dict[str, Any] = {"machine_id": machine_id, "deadline_seconds": seconds}
    for name, value in step.model_dump(exclude=OF_THE_STEP, exclude_none=True).items():
        wanted[name] = render_text(value, scope) if isinstance(value, str) else value
    try:
        return StartRun.model_validate(wanted)
    except ValidationError as error:
        [problem, *_] = error.errors()
        raise StepFailed(f"{step.id}.{problem['loc'][0]}: {problem['msg']}.") from error
