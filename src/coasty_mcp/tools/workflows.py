"""Tools for workflows: programs of many tasks with branches, loops, retries and approvals."""

import json
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.wire import workflows as wire
from ..api.wire.base import IdempotencyKey, Limit, MaxCredits
from ..api.wire.runs import Deadline, Note, WebhookUrl
from ..api.workflows import may_need_machine
from ..server.arguments import require_one
from ..server.consequences import approval, irreversible, workflow_run
from ..server.context import Api, CallWaiter
from ..server.effects import ACTS, DESTROYS, LOOKS, READS, REWRITES, SPENDS
from ..server.results import TextResult, call_text, text_result
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .catalog import workflows
from .list_results import list_result
from .run_events import After, RunProgress, WaitSeconds, follow_run, progress_result
from .run_states import USERS_WORD, RunMetadata, next_run_call, run_result
from .workflow_definitions import (
    ValidationReport,
    require_valid,
    run_arguments,
    validation_result,
    worst_case_cost,
)
from .workflow_lines import run_summary, summary

Checked = Annotated[
    dict[str, Any],
    Field(description="{steps: [{id, type, ...}], output?}; without it, how."),
]
OWN_MACHINE = (
    "No machine_id was given: a task that names none itself gets a new machine, which costs by "
    "the hour until the run ends."
)


class SavedWorkflow(wire.Workflow):
    """The reply of coasty_create_workflow."""

    cost: str
    """The most that a run can cost, in words."""


@workflows.tool("Validate a workflow", READS)
async def coasty_validate_workflow(
    definition: Checked | None = None,
    inputs_schema: wire.InputsSchema | None = None,
    max_iterations: wire.MaxIterations | None = None,
) -> TextResult[ValidationReport]:
    """Check a workflow without sending it: each fault with its path, and the most it can cost.

    With {} it answers how to write one.
    """
    return validation_result(definition, inputs_schema, max_iterations)


@workflows.tool("Create a workflow", SPENDS)
async def coasty_create_workflow(
    api: Api,
    name: wire.Name,
    slug: wire.Slug,
    definition: wire.Definition,
    inputs_schema: wire.InputsSchema | None = None,
    description: wire.Description | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[SavedWorkflow]:
    """Save a workflow, to run it again and again. Check it with coasty_validate_workflow first."""
    require_valid(definition, inputs_schema)
    request = wire.CreateWorkflow(
        name=name,
        slug=slug,
        definition=definition,
        inputs_schema=inputs_schema,
        description=description,
    )
    saved = await api.workflows.create(request, idempotency_key)
    next_call = call_text(
        coasty_run_workflow, workflow_id=saved.id, **run_arguments(definition, inputs_schema)
    )
    cost = worst_case_cost(definition, None)
    answer = SavedWorkflow(**saved.model_dump(exclude_unset=True), cost=cost)
    answer.attach(saved.receipt)
    return text_result(answer, f"Saved {summary(saved)}", cost, next_call=next_call)


@workflows.tool("List workflows", READS)
async def coasty_list_workflows(api: Api, limit: Limit = 20) -> TextResult[wire.WorkflowList]:
    """List the saved workflows, newest first. Call it when you have no workflow_id yet."""
    listed = await api.workflows.list(limit)
    return list_result(
        listed,
        listed.data,
        summary,
        "There are no workflows.",
        rest="coasty_get_workflow tells all of one.",
        more=listed.has_more,
    )


@workflows.tool("Get a workflow", READS)
async def coasty_get_workflow(api: Api, workflow_id: wire.WorkflowId) -> TextResult[wire.Workflow]:
    """Get one workflow with its definition."""
    found = await api.workflows.get(workflow_id)
    return text_result(found, summary(found), json.dumps(found.definition, ensure_ascii=False))


@workflows.tool("Update a workflow", REWRITES)
async def coasty_update_workflow(
    api: Api,
    workflow_id: wire.WorkflowId,
    name: wire.Name | None = None,
    definition: wire.Definition | None = None,
    inputs_schema: wire.InputsSchema | None = None,
    description: wire.Description | None = None,
    status: wire.WorkflowStatus | None = None,
) -> TextResult[wire.Workflow]:
    """Change what you name of a workflow, as a new version. Runs under way keep the old one."""
    if definition is not None:
        require_valid(definition, inputs_schema)
    changes = wire.UpdateWorkflow(
        name=name,
        definition=definition,
        inputs_schema=inputs_schema,
        description=description,
        status=status,
    )
    if not changes.model_dump(exclude_none=True):
        raise InvalidRequest("Name at least one thing to change.")
    updated = await api.workflows.update(workflow_id, changes)
    return text_result(updated, f"Updated {summary(updated)}")


@workflows.tool("Archive a workflow", DESTROYS, asks=irreversible)
async def coasty_archive_workflow(
    api: Api, workflow_id: wire.WorkflowId
) -> TextResult[wire.ArchivedWorkflow]:
    """Put a workflow away: it cannot be run any more. Its runs stay."""
    return text_result(await api.workflows.archive(workflow_id), f"{workflow_id} is archived.")


@workflows.tool(
    "Run a workflow",
    ACTS,
    asks=workflow_run,
    machines_of="workflow",
    costs=("a step of a run or of a workflow's task",),
)
async def coasty_run_workflow(
    api: Api,
    workflow_id: wire.WorkflowId | None = None,
    definition: wire.Definition | None = None,
    inputs: wire.Inputs | None = None,
    machine_id: wire.DefaultMachine | None = None,
    budget_cents: wire.BudgetCents | None = None,
    max_iterations: wire.MaxIterations | None = None,
    deadline_seconds: Deadline | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    webhook_url: WebhookUrl | None = None,
    metadata: RunMetadata | None = None,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.WorkflowRun]:
    """Run a saved workflow, or a definition as it is. Its tasks cost 5 credits a step (v1: 8).

    Set budget_cents. Follow it with coasty_watch_workflow_run.
    """
    require_one(workflow_id=workflow_id, definition=definition)
    if definition is not None:
        require_valid(definition, None)
    request = wire.StartWorkflowRun(
        definition=definition,
        inputs=inputs,
        machine_id=machine_id,
        budget_cents=budget_cents,
        max_iterations=max_iterations,
        deadline_seconds=deadline_seconds,
        webhook_url=webhook_url,
        metadata=metadata,
        action_policy=action_policy(blocked_actions, blocked_keys, bounds),
    )
    run = await api.workflows.start_run(workflow_id, request, idempotency_key, max_credits)
    own = [] if machine_id or not may_need_machine(definition) else [OWN_MACHINE]
    return run_result(run, run_summary(run), _next_call(run), *own)


@workflows.tool("List workflow runs", LOOKS)
async def coasty_list_workflow_runs(
    api: Api, workflow_id: wire.WorkflowId | None = None, limit: Limit = 20
) -> TextResult[wire.WorkflowRunList]:
    """List the runs of all workflows or of one, newest first."""
    listed = await api.workflows.list_runs(limit, workflow_id)
    return list_result(
        listed,
        listed.data,
        run_summary,
        "There are no runs.",
        rest="coasty_get_workflow_run tells all of one.",
        more=listed.has_more,
        untrusted="output and error",
    )


@workflows.tool("Get a workflow run", LOOKS)
async def coasty_get_workflow_run(
    api: Api, run_id: wire.WorkflowRunId
) -> TextResult[wire.WorkflowRun]:
    """Get one workflow run: its state and cost, and its output or error."""
    run = await api.workflows.get_run(run_id)
    return run_result(run, run_summary(run), _next_call(run))


@workflows.tool("Watch a workflow run", LOOKS)
async def coasty_watch_workflow_run(
    api: Api,
    waiter: CallWaiter,
    run_id: wire.WorkflowRunId,
    after: After = 0,
    wait_seconds: WaitSeconds = 40,
) -> TextResult[RunProgress]:
    """See what a workflow run does until it ends, needs a person, or the time is up.

    Then make the call that it names.
    """
    run, seen = await follow_run(
        partial(api.workflows.get_run, run_id),
        partial(api.workflows.stream_run_events, run_id),
        after,
        wait_seconds,
        waiter,
    )
    return progress_result(run, seen, after, run_summary, _next_call)


@workflows.tool("Cancel a workflow run", DESTROYS, asks=irreversible)
async def coasty_cancel_workflow_run(
    api: Api, run_id: wire.WorkflowRunId
) -> TextResult[wire.WorkflowRun]:
    """Stop a workflow run for good. What it did stays done."""
    return _run_result(await api.workflows.cancel_run(run_id))


@workflows.tool(
    "Answer a workflow run",
    ACTS,
    asks=approval,
    machines_of="workflow run",
    costs=("a step of a run or of a workflow's task",),
)
async def coasty_answer_workflow_run(
    api: Api, run_id: wire.WorkflowRunId, approved: wire.Approved, note: Note | None = None
) -> TextResult[wire.WorkflowRun]:
    """Approve or reject what a workflow run waits for. Only on the user's word."""
    answer = wire.ResumeWorkflowRun(approved=approved, note=note)
    return _run_result(await api.workflows.resume_run(run_id, answer))


def _run_result(run: wire.WorkflowRun) -> TextResult[wire.WorkflowRun]:
    return run_result(run, run_summary(run), _next_call(run))


def _next_call(run: wire.WorkflowRun, cursor: int | None = None) -> str:
    return next_run_call(
        run,
        watch=call_text(coasty_watch_workflow_run, run_id=run.id, after=cursor),
        answer=call_text(
            coasty_answer_workflow_run, run_id=run.id, approved=f"{USERS_WORD}: true or false"
        ),
    )
