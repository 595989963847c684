"""An account in the sandbox with a bit of everything that tools work on."""

from dataclasses import dataclass
from typing import Any, Literal

from coasty_mcp.api.wire.runs import StartRun
from coasty_mcp.api.wire.schedules import CreateTrigger
from coasty_mcp.api.wire.sessions import CreateSession
from coasty_mcp.api.wire.workflows import StartWorkflowRun
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machines
from coasty_mcp.sandbox.world.new_workflow import NewWorkflow
from coasty_mcp.sandbox.world.runs import Runs
from coasty_mcp.sandbox.world.scheduler import Scheduler
from coasty_mcp.sandbox.world.sessions import Sessions
from coasty_mcp.sandbox.world.state import Account
from coasty_mcp.sandbox.world.workflow_runs import Pause, WorkflowRuns
from coasty_mcp.sandbox.world.workflows import Workflows
from support.mcp_client import new_machine, new_schedule

APPROVAL: dict[str, Any] = {"steps": [{"id": "ask", "type": "human_approval"}]}


@dataclass(frozen=True)
class FullAccount:
    """The ids of the things in a filled account."""

    machine: str
    """Its status is running."""
    stopped: str
    schedule: str
    """It has a webhook, and a run that has failed."""
    trigger: str
    session: str
    """It takes pictures of 1280x720."""
    run: str
    """It has succeeded."""
    waiting_run: str
    """It waits for a person."""
    workflow: str
    workflow_run: str
    """It waits for a person."""


def fill_account(world: World, mode: Literal["test", "live"] = "test") -> FullAccount:
    """Fill the account of the test key, or of the live one, with one or two of each thing."""
    account = world.accounts[mode]
    machine, stopped = new_machine(account), new_machine(account, display_name="old")
    account.area(Machines).begin(stopped, "stopping")
    schedule = new_schedule(account, machine, task_prompt="Open the browser. [fail]")
    scheduler = account.area(Scheduler)
    webhook = scheduler.add_trigger(schedule, CreateTrigger(kind="webhook"), "http://sandbox/hooks")
    scheduler.fire(schedule, "manual", world.now())
    session = CreateSession(screen_width=1280, screen_height=720)
    run, waiting_run = _runs(account, machine.id)
    workflow, workflow_run = _workflow(account)
    return FullAccount(
        machine=machine.id,
        stopped=stopped.id,
        schedule=schedule.record.id,
        trigger=webhook.record.id,
        session=account.area(Sessions).open(session).id,
        run=run,
        waiting_run=waiting_run,
        workflow=workflow,
        workflow_run=workflow_run,
    )


def _runs(account: Account, machine_id: str) -> tuple[str, str]:
    order = StartRun(machine_id=machine_id, task="Open the browser.")
    finished, waiting = (account.area(Runs).add(order) for _ in range(2))
    finished.begin()
    finished.end("succeeded", result={"summary": "12"})
    waiting.begin()
    waiting.pause("A code is needed.")
    return finished.record.id, waiting.record.id


def _workflow(account: Account) -> tuple[str, str]:
    wanted = NewWorkflow(name="Ask", slug="ask", definition=APPROVAL)
    workflow = account.area(Workflows).save(wanted)
    run = account.area(WorkflowRuns).add(StartWorkflowRun(), APPROVAL, workflow)
    run.begin()
    run.pause(Pause("ask", "Shall it go on?"))
    return workflow.id, run.record.id
