"""Nothing has the id that the request names: 404."""

from .base import ApiError

ID_LISTS = {
    "trigger_id": "coasty_get_schedule",
    "schedule_id": "coasty_list_schedules",
    "session_id": "coasty_list_sessions",
    "run_id": "the list tool of its kind",
    "workflow_id": "coasty_list_workflows",
    "machine_id": "coasty_list_machines",
}
"""Arguments that are ids, and the tool that lists them."""


class NotFound(ApiError):
    """Nothing of this account has the id, or the API does not know the path."""

    code, status, kind = "NOT_FOUND", 404, "not_found_error"
    advice = "Check the id: the list tools name the ones that exist."

    def advise(self) -> str:
        """Return where to find the id that was given, unless the code says what kind it is."""
        if self.code != NotFound.code:
            return self.advice
        for name, tool in ID_LISTS.items():
            if name in self.given:
                return f"Check {name}: {tool} names the ones that exist."
        no_id = "No id was given: COASTY_BASE_URL may lead to an API that cannot do this."
        return no_id if self.given else self.advice


class MachineNotFound(NotFound):
    """No machine of this account has the id."""

    code = "MACHINE_NOT_FOUND"
    advice = "Call coasty_list_machines to see the ids that exist."


class SessionNotFound(NotFound):
    """No session has the id; it may have ended after two idle hours."""

    code = "SESSION_NOT_FOUND"
    advice = "Sessions end after two idle hours: coasty_create_session begins another."


class RunNotFound(NotFound):
    """No run of this account has the id."""

    code = "RUN_NOT_FOUND"
    advice = "List the runs to see the ids that exist."

    def advise(self) -> str:
        """Return which tools list the runs of this kind and of the other."""
        match str(self.facts.get("tool", "")):
            case "":
                return self.advice
            case tool if "workflow" in tool:
                own, other, what = "coasty_list_workflow_runs", "coasty_get_run", "an agent's run"
            case _:
                own, other = "coasty_list_runs", "coasty_get_workflow_run"
                what = "a workflow's run"
        return f"{own} names those that exist; if it is {what}, call {other}."


class WorkflowNotFound(NotFound):
    """No workflow of this account has the id."""

    code = "WORKFLOW_NOT_FOUND"
    advice = "coasty_list_workflows names those that exist."


class LlmKeyNotFound(NotFound):
    """No key of that model provider is stored."""

    code = "LLM_KEY_NOT_FOUND"
    advice = "No key of that provider is stored; store one first."
