"""For every tool one call that works and one that fails: the only table of them."""

from dataclasses import dataclass
from typing import Any

from support.full_account import APPROVAL, FullAccount

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Case:
    works: Arguments
    fails: Arguments
    """For a tool without arguments none can be wrong: the API refuses the call."""
    code: str = "VALIDATION_ERROR"
    """The code of the error that the failing call leads to."""


def tool_cases(account: FullAccount) -> dict[str, Case]:
    """Return the case of every tool but those of `local`, which need a real screen."""
    return {
        **_predict(account),
        **_machines(account),
        **_schedules(account),
        **_sessions(account),
        **_fleet(account),
        **_runs(account),
        **_workflows(account),
        **_view(account),
        "coasty_get_credits": Case({}, {"period": "2026-13"}),
        "coasty_get_capabilities": Case({}, {}),
        "coasty_get_pricing": Case({}, {}),
        "coasty_list_models": Case({}, {}),
    }


def _predict(account: FullAccount) -> dict[str, Case]:
    machine = {"machine_id": account.machine}
    goal = {"instruction": "Open the browser"}
    return {
        "coasty_predict": Case({**machine, **goal}, goal),
        "coasty_ground": Case(
            {**machine, "element": "Browser icon"}, {**machine, "element": "zebra"}
        ),
        "coasty_parse": Case({"code": "pyautogui.click(1, 2)"}, {"code": "pyautogui.click("}),
    }


def _machines(account: FullAccount) -> dict[str, Case]:
    running, stopped = {"machine_id": account.machine}, {"machine_id": account.stopped}
    nobody, new = {"machine_id": "mch_nobody"}, {"display_name": "bot"}
    read = {"command": "file_read", "parameters": {"path": "/none"}}
    return {
        "coasty_list_machines": Case({}, {"limit": 201}),
        "coasty_get_machine": Case(running, nobody, "MACHINE_NOT_FOUND"),
        "coasty_take_machine_screenshot": Case(running, stopped, "INVALID_STATE"),
        "coasty_provision_machine": Case(new, {**new, "restore_from_snapshot": True}),
        "coasty_start_machine": Case(stopped, running, "INVALID_STATE"),
        "coasty_stop_machine": Case(running, stopped, "INVALID_STATE"),
        "coasty_terminate_machine": Case(running, {"machine_id": "no id!"}),
        "coasty_execute_machine_action": Case(
            {**running, "command": "browser_open"}, {**running, **read}, "COMMAND_FAILED"
        ),
        "coasty_run_terminal_command": Case(
            {**running, "command": "ls"}, {**stopped, "command": "ls"}, "INVALID_STATE"
        ),
    }


def _schedules(account: FullAccount) -> dict[str, Case]:
    schedule, nothing = {"schedule_id": account.schedule}, {"schedule_id": "sch_nothing"}
    new = {"name": "weekly", "task_prompt": "Tidy up.", "frequency": "weekly"}
    machine, nobody = {"machine_id": account.machine}, {"machine_id": "mch_nobody"}
    return {
        "coasty_list_schedules": Case({}, {"limit": 0}),
        "coasty_get_schedule": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_list_schedule_runs": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_create_schedule": Case({**machine, **new}, {**nobody, **new}, "MACHINE_NOT_FOUND"),
        "coasty_update_schedule": Case({**schedule, "name": "mail"}, schedule),
        "coasty_delete_schedule": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_run_schedule_now": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_pause_schedule": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_resume_schedule": Case(schedule, nothing, "NOT_FOUND"),
        "coasty_add_trigger": Case({**schedule, "kind": "webhook"}, {**schedule, "kind": "chain"}),
        "coasty_remove_trigger": Case(
            {**schedule, "trigger_id": account.trigger},
            {**schedule, "trigger_id": "trg_nothing"},
            "NOT_FOUND",
        ),
    }


def _sessions(account: FullAccount) -> dict[str, Case]:
    machine, session = {"machine_id": account.machine}, {"session_id": account.session}
    stopped, nothing = {"machine_id": account.stopped}, {"session_id": "ses_nothing"}
    goal = {**machine, "instruction": "Open the browser"}
    return {
        "coasty_create_session": Case(machine, stopped, "INVALID_STATE"),
        "coasty_session_predict": Case(
            {**session, **goal}, {**nothing, **goal}, "SESSION_NOT_FOUND"
        ),
        "coasty_reset_session": Case(session, nothing, "SESSION_NOT_FOUND"),
        "coasty_close_session": Case(session, nothing, "SESSION_NOT_FOUND"),
        "coasty_list_sessions": Case({}, {}),
    }


def _fleet(account: FullAccount) -> dict[str, Case]:
    machine, stopped = {"machine_id": account.machine}, {"machine_id": account.stopped}
    nobody = {"machine_id": "mch_nobody"}
    none = {**machine, "path": "/none"}
    return {
        "coasty_restart_machine": Case(machine, stopped, "INVALID_STATE"),
        "coasty_set_machine_ttl": Case(
            {**machine, "ttl_minutes": 30}, {**machine, "ttl_minutes": 4}
        ),
        "coasty_snapshot_machine": Case(machine, nobody, "MACHINE_NOT_FOUND"),
        "coasty_get_connection": Case(machine, nobody, "MACHINE_NOT_FOUND"),
        "coasty_use_browser": Case(
            {**machine, "op": "open"},
            {**machine, "op": "click", "parameters": {"selector": "#none"}},
            "COMMAND_FAILED",
        ),
        "coasty_read_files": Case(
            {**machine, "op": "list", "path": "."}, {**none, "op": "read"}, "COMMAND_FAILED"
        ),
        "coasty_write_files": Case(
            {**machine, "op": "write", "path": "a.txt", "content": "a"},
            {**none, "op": "edit", "old_text": "a", "new_text": "b"},
            "COMMAND_FAILED",
        ),
        "coasty_upload_file": Case(
            {**machine, "local_path": "pyproject.toml", "path": "up.toml"},
            {**none, "local_path": "pyproject.toml", "path": "/none/up.toml"},
            "COMMAND_FAILED",
        ),
        "coasty_download_file": Case(
            {**machine, "path": "Documents/welcome.txt"}, none, "COMMAND_FAILED"
        ),
        "coasty_get_machine_pricing": Case({}, {}),
        "coasty_get_active_billing": Case({}, {}),
    }


def _runs(account: FullAccount) -> dict[str, Case]:
    finished, waiting = {"run_id": account.run}, {"run_id": account.waiting_run}
    nothing, task = {"run_id": "nothing"}, {"task": "Open the browser."}
    return {
        "coasty_start_run": Case(
            {"machine_id": account.machine, **task},
            {"machine_id": "mch_nobody", **task},
            "MACHINE_NOT_FOUND",
        ),
        "coasty_start_task": Case(task, {**task, "proxy": "none"}),
        "coasty_get_run_screenshots": Case(finished, nothing, "RUN_NOT_FOUND"),
        "coasty_list_runs": Case({}, {"status": "done"}),
        "coasty_get_run": Case(finished, nothing, "RUN_NOT_FOUND"),
        "coasty_watch_run": Case(finished, nothing, "RUN_NOT_FOUND"),
        "coasty_cancel_run": Case(waiting, finished, "INVALID_STATE"),
        "coasty_resume_run": Case(waiting, finished, "NOT_AWAITING_HUMAN"),
    }


def _view(account: FullAccount) -> dict[str, Case]:
    """Nobody watches: the address of a page there is not, and nobody answers."""
    machine = {"machine_id": account.machine}
    return {
        "coasty_open_live_view": Case(machine, {}),
        "coasty_ask_person": Case({**machine, "reason": "Log in"}, machine),
    }


def _workflows(account: FullAccount) -> dict[str, Case]:
    workflow, run = {"workflow_id": account.workflow}, {"run_id": account.workflow_run}
    no_workflow, no_run, yes = {"workflow_id": "nothing"}, {"run_id": "nothing"}, {"approved": True}
    return {
        "coasty_validate_workflow": Case({"definition": APPROVAL}, {"definition": "none"}),
        "coasty_create_workflow": Case(
            {"name": "Ask", "slug": "ask-too", "definition": APPROVAL},
            {"name": "Ask", "slug": "ask", "definition": {"steps": []}},
        ),
        "coasty_list_workflows": Case({}, {"limit": 0}),
        "coasty_get_workflow": Case(workflow, no_workflow, "WORKFLOW_NOT_FOUND"),
        "coasty_update_workflow": Case({**workflow, "name": "Ask me"}, workflow),
        "coasty_archive_workflow": Case(workflow, no_workflow, "WORKFLOW_NOT_FOUND"),
        "coasty_run_workflow": Case({**workflow, "budget_cents": 100}, {}),
        "coasty_list_workflow_runs": Case(workflow, {"limit": 0}),
        "coasty_get_workflow_run": Case(run, no_run, "RUN_NOT_FOUND"),
        "coasty_watch_workflow_run": Case(run, no_run, "RUN_NOT_FOUND"),
        "coasty_cancel_workflow_run": Case(run, no_run, "RUN_NOT_FOUND"),
        "coasty_answer_workflow_run": Case({**run, **yes}, {**no_run, **yes}, "RUN_NOT_FOUND"),
    }
