"""Programs of many tasks: `/workflows` and their runs."""

from typing import Any

from ....api.wire import workflows as wire
from ....api.workflows import input_faults, with_defaults
from ...world.definition_check import check, refuse
from ...world.event_log import EventLog
from ...world.new_workflow import NewWorkflow
from ...world.price_list import PREDICT
from ...world.validation import invalid_request
from ...world.workflow_interpreter import carry_out
from ...world.workflow_runs import WorkflowRun, WorkflowRuns
from ...world.workflows import Workflows
from ..call import Call
from ..dispatch import MEGABYTE, route
from ..llm_provider import check_llm
from ..sse import event_route

PAGE = 20


async def create(call: Call) -> wire.Workflow:
    return _workflows(call).save(call.body(NewWorkflow))


async def list_newest(call: Call) -> wire.WorkflowList:
    limit, found = call.limit(PAGE), _workflows(call).newest_first()
    return wire.WorkflowList(object="list", data=found[:limit], has_more=len(found) > limit)


async def get(call: Call) -> wire.Workflow:
    return _workflows(call).get(call.path["workflow_id"])


async def update(call: Call) -> wire.Workflow:
    return _workflows(call).update(call.path["workflow_id"], call.body(wire.UpdateWorkflow))


async def archive(call: Call) -> wire.ArchivedWorkflow:
    workflow_id = call.path["workflow_id"]
    _workflows(call).archive(workflow_id)
    archived: dict[str, Any] = {"status": "archived"}
    return wire.ArchivedWorkflow(id=workflow_id, object="workflow", deleted=True, **archived)


async def start_saved(call: Call) -> wire.WorkflowRun:
    workflow = _workflows(call).active(call.path["workflow_id"])
    order = call.body(wire.StartWorkflowRun)
    for name in ("definition", "inputs_schema"):
        if getattr(order, name) is not None:
            raise invalid_request(f"{name} belongs to ad-hoc runs: leave it out.", "body", name)
    _complete_inputs(order, workflow.inputs_schema)
    return _started(call, order, workflow.definition, workflow)


async def start_adhoc(call: Call) -> wire.WorkflowRun:
    order = call.body(wire.StartWorkflowRun)
    if order.definition is None:
        raise invalid_request(
            "An ad-hoc run needs a definition.", "body", "definition", kind="missing"
        )
    check(order.definition, order.inputs_schema, "definition")
    _complete_inputs(order, order.inputs_schema)
    return _started(call, order, order.definition, None)


async def list_runs(call: Call) -> wire.WorkflowRunList:
    limit, workflow_id = call.limit(PAGE), call.query.get("workflow_id")
    records = [run.record for run in _runs(call).newest_first()]
    found = [each for each in records if workflow_id in (None, each.workflow_id)]
    return wire.WorkflowRunList(object="list", data=found[:limit], has_more=len(found) > limit)


async def get_run(call: Call) -> wire.WorkflowRun:
    return _run(call).record


async def cancel(call: Call) -> wire.WorkflowRun:
    run = _run(call)
    run.cancel()
    return run.record


async def resume(call: Call) -> wire.WorkflowRun:
    run, answer = _run(call), call.body(wire.ResumeWorkflowRun)
    run.resume(answer.note, approved=answer.approved)
    return run.record


def events(call: Call) -> EventLog:
    return _run(call).log


def _started(
    call: Call,
    order: wire.StartWorkflowRun,
    definition: dict[str, Any],
    workflow: wire.Workflow | None,
) -> wire.WorkflowRun:
    check_llm(call, order.llm)
    call.account.wallet.require(PREDICT)
    run = _runs(call).add(order, definition, workflow)
    call.world.background.start(carry_out(call.account, run))
    secret = run.webhook.secret if run.webhook else None
    return run.record.model_copy(update={"webhook_secret": secret})


def _complete_inputs(order: wire.StartWorkflowRun, schema: dict[str, Any] | None) -> None:
    """Refuse inputs that do not fit the schema; fill those that are left out with its defaults."""
    refuse(input_faults(order.inputs or {}, schema))
    order.inputs = with_defaults(order.inputs or {}, schema)


def _workflows(call: Call) -> Workflows:
    return call.account.area(Workflows)


def _runs(call: Call) -> WorkflowRuns:
    return call.account.area(WorkflowRuns)


def _run(call: Call) -> WorkflowRun:
    return _runs(call).get(call.path["run_id"])


RUNS, ONE = "/workflows/runs", "/workflows/{workflow_id}"
RUN = f"{RUNS}/{{run_id}}"
READ, WRITE = "workflows:read", "workflows:write"

routes = (
    route("POST", "/workflows", create, WRITE, idempotent=True, most_bytes=MEGABYTE),
    route("GET", "/workflows", list_newest, READ),
    route("POST", RUNS, start_adhoc, WRITE, idempotent=True, most_bytes=MEGABYTE),
    route("GET", RUNS, list_runs, READ),
    route("GET", RUN, get_run, READ),
    event_route(f"{RUN}/events", READ, events),
    route("POST", f"{RUN}/cancel", cancel, WRITE),
    route("POST", f"{RUN}/resume", resume, WRITE),
    route("GET", ONE, get, READ),
    route("PUT", ONE, update, WRITE, most_bytes=MEGABYTE),
    route("DELETE", ONE, archive, WRITE),
    route("POST", f"{ONE}/runs", start_saved, WRITE, idempotent=True, most_bytes=MEGABYTE),
)
