"""Programs of many tasks: branches, loops, retries, approvals."""

import json
from typing import Annotated, Any

from pydantic import Field

from ..app import Api, Patience
from ..dsl import GUIDE, faults, worst_case
from ..errors import InvalidRequest
from ..toolset import (
    ACTS,
    AWAKENS,
    DESTROYS,
    READS,
    REWRITES,
    SPENDS,
    Told,
    Toolset,
    call,
    tell,
)
from ..wire import workflows as wire
from ..wire.base import IdempotencyKey, Limit, Reply
from ..wire.runs import FINISHED, Deadline, Note, WebhookUrl
from .results import framed
from .watching import After, WaitSeconds, Watched, collect, digest

workflows = Toolset(
    "workflows", "Compose: many tasks as one program, with approvals and guards.", default=False
)

MOST_FAULTS = 20

RunMetadata = Annotated[dict[str, Any], Field(description="Labels.")]


class FaultFound(Reply):
    path: str
    message: str


class Verdict(Reply):
    """What coasty_validate_workflow answers."""

    valid: bool
    faults: list[FaultFound]
    worst_case_credits: int | None = None
    """None when nothing bounds it."""


@workflows.tool("Validate a workflow", READS)
async def coasty_validate_workflow(
    definition: wire.Definition,
    inputs_schema: wire.InputsSchema | None = None,
    max_iterations: wire.MaxIterations | None = None,
) -> Told[Verdict]:
    """Check a workflow without sending it: each fault with its path, and the most it can cost.

    With {} it answers how to write one.
    """
    found = faults(definition, inputs_schema)
    if found:
        listed = [FaultFound(path=each.path, message=each.message) for each in found[:MOST_FAULTS]]
        verdict = Verdict(valid=False, faults=listed)
        lines = [f"{len(found)} faults.", *(f"{each.path}: {each.message}" for each in listed)]
        return tell(verdict, *lines, GUIDE)
    cost = worst_case(definition, max_iterations)
    return tell(
        Verdict(valid=True, faults=[], worst_case_credits=cost.credits),
        f"Valid. {_bound(definition, max_iterations)}",
    )


@workflows.tool("Create a workflow", SPENDS)
async def coasty_create_workflow(
    api: Api,
    name: wire.Name,
    slug: wire.Slug,
    definition: wire.Definition,
    inputs_schema: wire.InputsSchema | None = None,
    description: wire.Description | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> Told[wire.Workflow]:
    """Save a workflow, to run it again and again. Check it with coasty_validate_workflow first."""
    _refuse_faults(definition, inputs_schema)
    wanted = wire.CreateWorkflow(
        name=name,
        slug=slug,
        definition=definition,
        inputs_schema=inputs_schema,
        description=description,
    )
    saved = await api.workflows.create(wanted, idempotency_key)
    then = call(coasty_run_workflow, workflow_id=saved.id)
    return tell(saved, _summary(saved), _bound(definition, None), then=then)


@workflows.tool("List workflows", READS)
async def coasty_list_workflows(api: Api, limit: Limit = 20) -> Told[wire.WorkflowList]:
    """List the saved workflows, newest first."""
    listed = await api.workflows.list(limit)
    more = ["There are more: raise the limit."] if listed.has_more else []
    return tell(listed, *(map(_summary, listed.data) if listed.data else ["None."]), *more)


@workflows.tool("Get a workflow", READS)
async def coasty_get_workflow(api: Api, workflow_id: wire.WorkflowId) -> Told[wire.Workflow]:
    """Get one workflow with its definition."""
    found = await api.workflows.get(workflow_id)
    return tell(found, _summary(found), json.dumps(found.definition, ensure_ascii=False))


@workflows.tool("Update a workflow", REWRITES)
async def coasty_update_workflow(
    api: Api,
    workflow_id: wire.WorkflowId,
    name: wire.Name | None = None,
    definition: wire.Definition | None = None,
    inputs_schema: wire.InputsSchema | None = None,
    description: wire.Description | None = None,
    status: wire.WorkflowStatus | None = None,
) -> Told[wire.Workflow]:
    """Change what you name of a workflow, as a new version. Runs under way keep the old one."""
    if definition is not None:
        _refuse_faults(definition, inputs_schema)
    changes = wire.UpdateWorkflow(
        name=name,
        definition=definition,
        inputs_schema=inputs_schema,
        description=description,
        status=status,
    )
    if not changes.model_dump(exclude_none=True):
        raise InvalidRequest("Name at least one thing to change.")
    return tell(updated := await api.workflows.update(workflow_id, changes), _summary(updated))


@workflows.tool("Archive a workflow", DESTROYS)
async def coasty_archive_workflow(
    api: Api, workflow_id: wire.WorkflowId
) -> Told[wire.ArchivedWorkflow]:
    """Put a workflow away: it cannot be run any more. Its runs stay."""
    return tell(await api.workflows.archive(workflow_id), f"{workflow_id} is archived.")


@workflows.tool("Run a workflow", ACTS)
async def coasty_run_workflow(
    api: Api,
    workflow_id: wire.WorkflowId | None = None,
    definition: wire.Definition | None = None,
    inputs: wire.Inputs | None = None,
    machine_id: wire.DefaultMachine | None = None,
    budget_cents: wire.BudgetCents | None = None,
    max_iterations: wire.MaxIterations | None = None,
    deadline_seconds: Deadline | None = None,
    webhook_url: WebhookUrl | None = None,
    metadata: RunMetadata | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> Told[wire.WorkflowRun]:
    """Run a saved workflow, or a definition as it is. Its tasks cost 5 credits a step (v1: 8).

    Set budget_cents. Follow it with coasty_watch_workflow_run.
    """
    if (workflow_id is None) == (definition is None):
        raise InvalidRequest("Give either workflow_id or definition.")
    if definition is not None:
        _refuse_faults(definition, None)
    wanted = wire.StartWorkflowRun(
        definition=definition,
        inputs=inputs,
        machine_id=machine_id,
        budget_cents=budget_cents,
        max_iterations=max_iterations,
        deadline_seconds=deadline_seconds,
        webhook_url=webhook_url,
        metadata=metadata,
    )
    run = await api.workflows.run(workflow_id, wanted, idempotency_key)
    secret = run.webhook_secret
    stored = [f"Store it now, it is never shown again: webhook_secret {secret}"] if secret else []
    return tell(run, _run(run), *stored, then=call(coasty_watch_workflow_run, run_id=run.id))


@workflows.tool("List workflow runs", READS)
async def coasty_list_workflow_runs(
    api: Api, workflow_id: wire.WorkflowId | None = None, limit: Limit = 20
) -> Told[wire.WorkflowRunList]:
    """List the runs of all workflows or of one, newest first."""
    listed = await api.workflows.runs(limit, workflow_id)
    more = ["There are more: raise the limit."] if listed.has_more else []
    return tell(listed, *(map(_run, listed.data) if listed.data else ["None."]), *more)


@workflows.tool("Get a workflow run", READS)
async def coasty_get_workflow_run(api: Api, run_id: wire.WorkflowRunId) -> Told[wire.WorkflowRun]:
    """Get one workflow run: its status, cost, and its output or error."""
    run = await api.workflows.get_run(run_id)
    return tell(run, _run(run), *framed(run.output), then=_following(run))


@workflows.tool("Watch a workflow run", READS)
async def coasty_watch_workflow_run(
    api: Api,
    waiting: Patience,
    run_id: wire.WorkflowRunId,
    after: After = 0,
    wait_seconds: WaitSeconds = 40,
) -> Told[Watched]:
    """See what a run does until it ends, needs a person, or the time is up; then call again."""
    seen = await collect(api.workflows.events(run_id, after), wait_seconds, waiting)
    run = await api.workflows.get_run(run_id)
    cursor = seen[-1].seq if seen else after
    answer = Watched(
        status=run.status,
        cursor=cursor,
        events=seen[-20:],
        events_seen=len(seen),
        awaiting_human_reason=run.awaiting_human_reason,
        result=run.output,
        error=run.error,
    )
    answer.keep(run.receipt)
    on = call(coasty_watch_workflow_run, run_id=run_id, after=cursor)
    return tell(answer, _run(run), *digest(seen), *framed(run.output), then=_following(run, on))


@workflows.tool("Cancel a workflow run", REWRITES)
async def coasty_cancel_workflow_run(
    api: Api, run_id: wire.WorkflowRunId
) -> Told[wire.WorkflowRun]:
    """Stop a workflow run for good. What it did stays done."""
    return tell(cancelled := await api.workflows.cancel(run_id), _run(cancelled))


@workflows.tool("Answer a workflow run", AWAKENS)
async def coasty_answer_workflow_run(
    api: Api, run_id: wire.WorkflowRunId, approved: wire.Approved, note: Note | None = None
) -> Told[wire.WorkflowRun]:
    """Approve or reject what a workflow run waits for. Only on the user's word."""
    answer = wire.ResumeWorkflowRun(approved=approved, note=note)
    run = await api.workflows.resume(run_id, answer)
    return tell(run, _run(run), then=call(coasty_watch_workflow_run, run_id=run_id))


def _refuse_faults(definition: dict[str, Any], inputs_schema: dict[str, Any] | None) -> None:
    if found := faults(definition, inputs_schema):
        listed = [f"{each.path}: {each.message}" for each in found[:MOST_FAULTS]]
        details = [{"path": each.path, "message": each.message} for each in found[:MOST_FAULTS]]
        raise InvalidRequest("\n".join(["The workflow has faults.", *listed]), details=details)


def _bound(definition: dict[str, Any], max_iterations: int | None) -> str:
    cost = worst_case(definition, max_iterations)
    if cost.credits is None:
        return "Nothing bounds its cost: set max_iterations and budget_cents."
    return f"It costs at most {cost.credits} credits (${cost.credits / 100:.2f}) a run."


def _summary(workflow: wire.Workflow) -> str:
    name = f"{workflow.id} ({workflow.name}, {workflow.slug})"
    steps = len(workflow.definition.get("steps", []))
    return f"{name}: version {workflow.version}, {workflow.status}, {steps} steps"


def _run(run: wire.WorkflowRun) -> str:
    waits = f": waits for a person ({run.awaiting_human_reason})" if _waits(run) else ""
    error = (
        f": {run.error.get('code')} {run.error.get('message', '')}".rstrip() if run.error else ""
    )
    of = f" of {run.workflow_id} version {run.workflow_version}" if run.workflow_id else ""
    return f"run {run.id}{of}: {run.status}, {run.spent_cents} credits spent{waits}{error}"


def _following(run: wire.WorkflowRun, on: str = "") -> str:
    if _waits(run):
        return call(coasty_answer_workflow_run, run_id=run.id, approved=True, note="...")
    if run.status in FINISHED:
        return ""
    return on or call(coasty_watch_workflow_run, run_id=run.id)


def _waits(run: wire.WorkflowRun) -> bool:
    return run.status == "awaiting_human"
