"""An account with a bit of everything, and for every tool a call that works and one that fails."""

from dataclasses import dataclass
from typing import Any

from coasty_mcp.api.wire.runs import StartRun
from coasty_mcp.api.wire.schedules import CreateTrigger
from coasty_mcp.api.wire.sessions import CreateSession
from coasty_mcp.api.wire.workflows import StartWorkflowRun
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machines
from coasty_mcp.sandbox.world.runs import Runs
from coasty_mcp.sandbox.world.scheduler import Scheduler
from coasty_mcp.sandbox.world.sessions import Sessions
from coasty_mcp.sandbox.world.state import Account
from coasty_mcp.sandbox.world.workflow_runs import Pause, WorkflowRuns
from coasty_mcp.sandbox.world.workflows import NewWorkflow, Workflows
from support.mcp_client import new_machine, new_schedule

Calls = dict[str, dict[str, Any]]
Failures = dict[str, tuple[dict[str, Any], str]]
"""The arguments, and the code of the error that they lead to."""

APPROVAL: dict[str, Any] = {"steps": [{"id": "ask", "type": "human_approval"}]}


@dataclass(frozen=True)
class Stage:
    machine: str
    """Running."""
    stopped: str
    schedule: str
    """With a webhook, and a run that has failed."""
    trigger: str
    session: str
    """For pictures of 1280x720."""
    run: str
    """Has succeeded."""
    waiting_run: str
    """Waits for a person."""
    workflow: str
    workflow_run: str
    """Waits for a person."""


def set_up(world: World) -> Stage:
    account = world.accounts["test"]
    machine, stopped = new_machine(account), new_machine(account, display_name="old")
    account.area(Machines).begin(stopped, "stopping")
    schedule = new_schedule(account, machine, task_prompt="Sum up the mail. [fail]")
    agenda = account.area(Scheduler)
    webhook = agenda.add_trigger(schedule, CreateTrigger(kind="webhook"), "http://sandbox/hooks")
    agenda.fire(schedule, "manual", world.now())
    return Stage(
        machine.id,
        stopped.id,
        schedule.record.id,
        webhook.record.id,
        *_remembered(account),
        *_delegated(account, machine.id),
        *_composed(account),
    )


def _remembered(account: Account) -> tuple[str]:
    wanted = CreateSession(screen_width=1280, screen_height=720)
    return (account.area(Sessions).open(wanted).id,)


def _delegated(account: Account, machine_id: str) -> tuple[str, str]:
    order = StartRun(machine_id=machine_id, task="Read the total.")
    finished, waiting = (account.area(Runs).add(order) for _ in range(2))
    finished.begin()
    finished.end("succeeded", result={"summary": "12"})
    waiting.begin()
    waiting.pause("A code is needed.")
    return finished.record.id, waiting.record.id


def _composed(account: Account) -> tuple[str, str]:
    wanted = NewWorkflow(name="Ask", slug="ask", definition=APPROVAL)
    workflow = account.area(Workflows).save(wanted)
    run = account.area(WorkflowRuns).add(StartWorkflowRun(), APPROVAL, workflow)
    run.begin()
    run.pause(Pause("ask", "Shall it go on?"))
    return workflow.id, run.record.id


def working(stage: Stage) -> Calls:
    machine = {"machine_id": stage.machine}
    schedule = {"schedule_id": stage.schedule}
    return {
        "coasty_predict": {**machine, "instruction": "Open the browser"},
        "coasty_ground": {**machine, "element": "Browser icon"},
        "coasty_parse": {"code": "pyautogui.click(1, 2)"},
        "coasty_list_machines": {},
        "coasty_get_machine": machine,
        "coasty_take_machine_screenshot": machine,
        "coasty_provision_machine": {"display_name": "bot"},
        "coasty_start_machine": {"machine_id": stage.stopped},
        "coasty_stop_machine": machine,
        "coasty_terminate_machine": machine,
        "coasty_execute_machine_action": {**machine, "command": "browser_open"},
        "coasty_run_terminal_command": {**machine, "command": "ls"},
        "coasty_list_schedules": {},
        "coasty_get_schedule": schedule,
        "coasty_list_schedule_runs": schedule,
        "coasty_create_schedule": {
            **machine,
            "name": "weekly",
            "task_prompt": "Tidy up.",
            "frequency": "weekly",
        },
        "coasty_update_schedule": {**schedule, "name": "mail"},
        "coasty_delete_schedule": schedule,
        "coasty_run_schedule_now": schedule,
        "coasty_pause_schedule": schedule,
        "coasty_resume_schedule": schedule,
        "coasty_add_trigger": {**schedule, "kind": "webhook"},
        "coasty_remove_trigger": {**schedule, "trigger_id": stage.trigger},
        "coasty_get_credits": {},
    }


def failing(stage: Stage) -> Failures:
    nobody = {"machine_id": "mch_nobody"}
    nothing = {"schedule_id": "sch_nothing"}
    stopped = {"machine_id": stage.stopped}
    return {
        "coasty_predict": ({"instruction": "Open the browser"}, "VALIDATION_ERROR"),
        "coasty_ground": ({"machine_id": stage.machine, "element": "zebra"}, "VALIDATION_ERROR"),
        "coasty_parse": ({"code": "pyautogui.click("}, "VALIDATION_ERROR"),
        "coasty_list_machines": ({"limit": 201}, "VALIDATION_ERROR"),
        "coasty_get_machine": (nobody, "MACHINE_NOT_FOUND"),
        "coasty_take_machine_screenshot": (stopped, "INVALID_STATE"),
        "coasty_provision_machine": (
            {"display_name": "bot", "restore_from_snapshot": True},
            "VALIDATION_ERROR",
        ),
        "coasty_start_machine": ({"machine_id": stage.machine}, "INVALID_STATE"),
        "coasty_stop_machine": (stopped, "INVALID_STATE"),
        "coasty_terminate_machine": (nobody, "MACHINE_NOT_FOUND"),
        "coasty_execute_machine_action": (
            {"machine_id": stage.machine, "command": "file_read", "parameters": {"path": "/none"}},
            "COMMAND_FAILED",
        ),
        "coasty_run_terminal_command": ({**stopped, "command": "ls"}, "INVALID_STATE"),
        "coasty_list_schedules": ({"limit": 0}, "VALIDATION_ERROR"),
        "coasty_get_schedule": (nothing, "NOT_FOUND"),
        "coasty_list_schedule_runs": (nothing, "NOT_FOUND"),
        "coasty_create_schedule": (
            {**nobody, "name": "weekly", "task_prompt": "Tidy up.", "frequency": "weekly"},
            "MACHINE_NOT_FOUND",
        ),
        "coasty_update_schedule": ({"schedule_id": stage.schedule}, "VALIDATION_ERROR"),
        "coasty_delete_schedule": (nothing, "NOT_FOUND"),
        "coasty_run_schedule_now": (nothing, "NOT_FOUND"),
        "coasty_pause_schedule": (nothing, "NOT_FOUND"),
        "coasty_resume_schedule": (nothing, "NOT_FOUND"),
        "coasty_add_trigger": (
            {"schedule_id": stage.schedule, "kind": "chain"},
            "VALIDATION_ERROR",
        ),
        "coasty_remove_trigger": (
            {"schedule_id": stage.schedule, "trigger_id": "trg_nothing"},
            "NOT_FOUND",
        ),
        "coasty_get_credits": ({"period": "2026-13"}, "VALIDATION_ERROR"),
    }
