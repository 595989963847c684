"""For every tool of the opt-in toolsets a call that works and one that fails."""

from typing import Any

from support.tool_calls import APPROVAL, Calls, Failures, Stage


def working(stage: Stage) -> Calls:
    return {
        **_working_sessions(stage),
        **_working_fleet({"machine_id": stage.machine}),
        **_working_runs(stage),
        **_working_workflows(stage),
        "coasty_get_capabilities": {},
        "coasty_get_pricing": {},
        "coasty_list_models": {},
    }


def _working_sessions(stage: Stage) -> Calls:
    machine, session = {"machine_id": stage.machine}, {"session_id": stage.session}
    return {
        "coasty_create_session": machine,
        "coasty_session_predict": {**machine, **session, "instruction": "Open the browser"},
        "coasty_reset_session": session,
        "coasty_close_session": session,
        "coasty_list_sessions": {},
    }


def _working_fleet(machine: dict[str, Any]) -> Calls:
    return {
        "coasty_restart_machine": machine,
        "coasty_set_machine_ttl": {**machine, "ttl_minutes": 30},
        "coasty_snapshot_machine": machine,
        "coasty_get_connection": machine,
        "coasty_run_actions": {**machine, "steps": [{"command": "list_windows"}]},
        "coasty_use_browser": {**machine, "op": "open"},
        "coasty_read_files": {**machine, "op": "list", "path": "."},
        "coasty_write_files": {**machine, "op": "write", "path": "a.txt", "content": "a"},
        "coasty_get_machine_pricing": {},
        "coasty_get_active_billing": {},
    }


def _working_runs(stage: Stage) -> Calls:
    run, waiting = {"run_id": stage.run}, {"run_id": stage.waiting_run}
    return {
        "coasty_start_run": {"machine_id": stage.machine, "task": "Read the total."},
        "coasty_list_runs": {},
        "coasty_get_run": run,
        "coasty_watch_run": run,
        "coasty_cancel_run": waiting,
        "coasty_resume_run": waiting,
    }


def _working_workflows(stage: Stage) -> Calls:
    workflow, run = {"workflow_id": stage.workflow}, {"run_id": stage.workflow_run}
    return {
        "coasty_validate_workflow": {"definition": APPROVAL},
        "coasty_create_workflow": {"name": "Ask", "slug": "ask-too", "definition": APPROVAL},
        "coasty_list_workflows": {},
        "coasty_get_workflow": workflow,
        "coasty_update_workflow": {**workflow, "name": "Ask me"},
        "coasty_archive_workflow": workflow,
        "coasty_run_workflow": {**workflow, "budget_cents": 100},
        "coasty_list_workflow_runs": workflow,
        "coasty_get_workflow_run": run,
        "coasty_watch_workflow_run": run,
        "coasty_cancel_workflow_run": run,
        "coasty_answer_workflow_run": {**run, "approved": True},
    }


def failing(stage: Stage) -> Failures:
    surplus = ({"of": "me"}, "VALIDATION_ERROR")
    return {
        **_failing_sessions(stage),
        **_failing_fleet(stage),
        **_failing_runs(stage),
        **_failing_workflows(stage),
        "coasty_get_capabilities": surplus,
        "coasty_get_pricing": surplus,
        "coasty_list_models": surplus,
    }


def _failing_sessions(stage: Stage) -> Failures:
    nothing = {"session_id": "ses_nothing"}
    return {
        "coasty_create_session": ({"machine_id": stage.stopped}, "INVALID_STATE"),
        "coasty_session_predict": (
            {**nothing, "machine_id": stage.machine, "instruction": "Open the browser"},
            "SESSION_NOT_FOUND",
        ),
        "coasty_reset_session": (nothing, "SESSION_NOT_FOUND"),
        "coasty_close_session": (nothing, "SESSION_NOT_FOUND"),
        "coasty_list_sessions": ({"limit": 1}, "VALIDATION_ERROR"),
    }


def _failing_fleet(stage: Stage) -> Failures:
    machine, stopped = {"machine_id": stage.machine}, {"machine_id": stage.stopped}
    return {
        "coasty_restart_machine": (stopped, "INVALID_STATE"),
        "coasty_set_machine_ttl": ({**machine, "ttl_minutes": 4}, "VALIDATION_ERROR"),
        "coasty_snapshot_machine": ({"machine_id": "mch_nobody"}, "MACHINE_NOT_FOUND"),
        "coasty_get_connection": ({"machine_id": "mch_nobody"}, "MACHINE_NOT_FOUND"),
        "coasty_run_actions": ({**machine, "steps": [{"command": "clik"}]}, "VALIDATION_ERROR"),
        "coasty_use_browser": (
            {**machine, "op": "click", "parameters": {"selector": "#none"}},
            "COMMAND_FAILED",
        ),
        "coasty_read_files": ({**machine, "op": "read", "path": "/none"}, "COMMAND_FAILED"),
        "coasty_write_files": (
            {**machine, "op": "edit", "path": "/none", "old_text": "a", "new_text": "b"},
            "COMMAND_FAILED",
        ),
        "coasty_get_machine_pricing": ({"of": "me"}, "VALIDATION_ERROR"),
        "coasty_get_active_billing": ({"of": "me"}, "VALIDATION_ERROR"),
    }


def _failing_runs(stage: Stage) -> Failures:
    nothing, finished = {"run_id": "nothing"}, {"run_id": stage.run}
    return {
        "coasty_start_run": ({"machine_id": "mch_nobody", "task": "Look."}, "MACHINE_NOT_FOUND"),
        "coasty_list_runs": ({"status": "done"}, "VALIDATION_ERROR"),
        "coasty_get_run": (nothing, "RUN_NOT_FOUND"),
        "coasty_watch_run": (nothing, "RUN_NOT_FOUND"),
        "coasty_cancel_run": (finished, "INVALID_STATE"),
        "coasty_resume_run": (finished, "NOT_AWAITING_HUMAN"),
    }


def _failing_workflows(stage: Stage) -> Failures:
    workflow, run = {"workflow_id": "nothing"}, {"run_id": "nothing"}
    return {
        "coasty_validate_workflow": ({}, "VALIDATION_ERROR"),
        "coasty_create_workflow": (
            {"name": "Ask", "slug": "ask", "definition": {"steps": []}},
            "VALIDATION_ERROR",
        ),
        "coasty_list_workflows": ({"limit": 0}, "VALIDATION_ERROR"),
        "coasty_get_workflow": (workflow, "WORKFLOW_NOT_FOUND"),
        "coasty_update_workflow": ({"workflow_id": stage.workflow}, "VALIDATION_ERROR"),
        "coasty_archive_workflow": (workflow, "WORKFLOW_NOT_FOUND"),
        "coasty_run_workflow": ({}, "VALIDATION_ERROR"),
        "coasty_list_workflow_runs": ({"limit": 0}, "VALIDATION_ERROR"),
        "coasty_get_workflow_run": (run, "RUN_NOT_FOUND"),
        "coasty_watch_workflow_run": (run, "RUN_NOT_FOUND"),
        "coasty_cancel_workflow_run": (run, "RUN_NOT_FOUND"),
        "coasty_answer_workflow_run": ({**run, "approved": True}, "RUN_NOT_FOUND"),
    }
