"""Lines about workflows and their runs."""

from typing import Any, cast

from ..api.untrusted import named
from ..api.wire import workflows as wire
from ..server.results import counted
from .run_states import status_text


def summary(workflow: wire.Workflow) -> str:
    """Return the line of one workflow."""
    names = ", ".join(named(each) for each in (workflow.name, workflow.slug) if each)
    told = workflow.model_fields_set
    steps = workflow.definition.get("steps")
    facts = [
        *([f"version {workflow.version}"] if "version" in told else []),
        workflow.status,
        *([counted(len(cast("list[Any]", steps)), "step")] if isinstance(steps, list) else []),
    ]
    return f"{workflow.id}{names and f' ({names})'}: {', '.join(facts)}."


def run_summary(run: wire.WorkflowRun) -> str:
    """Return the line of one run, without what comes next."""
    version = f" version {run.workflow_version}" if run.workflow_version else ""
    of = f" of {run.workflow_id}{version}" if run.workflow_id else ""
    on = f" on {run.machine_id}" if run.machine_id else ""
    budget = f" of {run.budget_cents}" if run.budget_cents else ""
    spent = f" · {run.spent_cents}{budget} credits counted" if tells_costs(run) else ""
    return f"run {run.id}{of}{on}: {status_text(run)}{spent}"


def tells_costs(run: wire.WorkflowRun) -> bool:
    """Return whether the API said what the run has cost so far."""
    return "spent_cents" in run.model_fields_set
