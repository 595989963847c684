"""Tasks with a machine of their own: `/tasks`. Their runs are those of runs.py."""

from ....api.errors import LlmProviderUnsupported
from ....api.wire import runs as wire
from ....api.wire.machines import ProvisionMachine
from ....api.wire.tasks import StartTask
from ...world import price_list as prices
from ...world.machines import Machines
from ...world.runs import Runs
from ...world.task_machines import TaskMachine, carry_out_task
from ..call import Call
from ..dispatch import route
from ..llm_provider import check_llm
from .runs import check_metadata

FOR_THE_MACHINE = {"cpu_cores", "memory_gb", "storage_gb", "restore_from_snapshot"}
FOR_THE_TASK = {"machine", "llm"}
NOT_YET = "none"


async def create(call: Call) -> wire.Run:
    wanted = call.body(StartTask)
    if wanted.llm.provider != "managed" and call.account.is_test:
        raise LlmProviderUnsupported("A test key cannot bring a provider's key to a task.")
    check_llm(call, wanted.llm)
    check_metadata(wanted.metadata)
    machine = _machine(wanted)
    call.account.area(Machines).check(machine)
    call.account.wallet.require(prices.PROVISION_MINIMUM_BALANCE)
    run = call.account.area(Runs).add(_order(wanted))
    run.own_machine, run.record.machine_id = TaskMachine(machine), None
    call.world.background.start(carry_out_task(call.account, run))
    secret = run.webhook.secret if run.webhook else None
    return run.shown().model_copy(update={"webhook_secret": secret})


def _order(wanted: StartTask) -> wire.StartRun:
    """Return the task as a run, which never pauses for a person."""
    given = wanted.model_dump(exclude=FOR_THE_TASK, exclude_unset=True)
    known = {"machine_id": NOT_YET, "max_steps": wanted.max_steps, "on_awaiting_human": "fail"}
    return wire.StartRun.model_validate({**given, **known})


def _machine(wanted: StartTask) -> ProvisionMachine:
    machine = wanted.machine
    desktop = machine.desktop_enabled is not False
    return ProvisionMachine(
        display_name="task",
        os_type=machine.os_type or "linux",
        desktop_enabled=desktop,
        **machine.model_dump(include=FOR_THE_MACHINE),
    )


routes = (route("POST", "/tasks", create, "runs:write", idempotent=True, status=201),)
