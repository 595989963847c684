"""Programs of many tasks: `/workflows` and their runs."""

from collections.abc import AsyncGenerator

from ..wire import workflows as wire
from ..wire.runs import RunEvent
from .events import stream_events
from .paths import segment
from .transport import Transport, new_key


class Workflows:
    """Save workflows, run them and steer the runs."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._send = transport.send

    async def create(self, workflow: wire.CreateWorkflow, key: str | None = None) -> wire.Workflow:
        """Save a workflow; a slug that exists gets a new version."""
        return await self._send(
            "POST",
            "/workflows",
            wire.Workflow,
            body=workflow,
            key=key or new_key(),
            known=workflow.model_dump(),
        )

    async def list(self, limit: int) -> wire.WorkflowList:
        """List up to `limit` workflows (1 to 200)."""
        return await self._send("GET", "/workflows", wire.WorkflowList, query={"limit": limit})

    async def get(self, workflow_id: str) -> wire.Workflow:
        """Return one workflow with its definition; WorkflowNotFound for an unknown id."""
        return await self._send("GET", f"/workflows/{segment(workflow_id)}", wire.Workflow)

    async def update(self, workflow_id: str, changes: wire.UpdateWorkflow) -> wire.Workflow:
        """Change what the request names; runs under way keep the version they began with."""
        path, known = f"/workflows/{segment(workflow_id)}", changes.model_dump()
        return await self._send("PUT", path, wire.Workflow, body=changes, known=known)

    async def archive(self, workflow_id: str) -> wire.ArchivedWorkflow:
        """Archive a workflow."""
        path, known = f"/workflows/{segment(workflow_id)}", {"id": workflow_id}
        return await self._send("DELETE", path, wire.ArchivedWorkflow, known=known)

    async def start_run(
        self,
        workflow_id: str | None,
        run: wire.StartWorkflowRun,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.WorkflowRun:
        """Start a run of a saved workflow or, without an id, of the definition in the request.

        Its budget (`budget_cents`) is lowered to what may be spent.
        """
        path = f"/workflows/{segment(workflow_id)}/runs" if workflow_id else "/workflows/runs"
        return await self._send(
            "POST",
            path,
            wire.WorkflowRun,
            body=self._transport.guard.bounded(run, max_credits),
            key=key or new_key(),
            max_credits=max_credits,
            known={
                "workflow_id": workflow_id,
                **run.model_dump(include={"machine_id", "inputs"}),
            },
        )

    async def list_runs(self, limit: int, workflow_id: str | None = None) -> wire.WorkflowRunList:
        """List up to `limit` workflow runs (1 to 200), of one workflow or of all."""
        query = {"limit": limit, "workflow_id": workflow_id}
        return await self._send("GET", "/workflows/runs", wire.WorkflowRunList, query=query)

    async def get_run(self, run_id: str) -> wire.WorkflowRun:
        """Return one workflow run; RunNotFound for an unknown id."""
        return await self._send("GET", f"/workflows/runs/{segment(run_id)}", wire.WorkflowRun)

    async def cancel_run(self, run_id: str) -> wire.WorkflowRun:
        """Cancel a workflow run; InvalidState when it has finished."""
        return await self._send(
            "POST", f"/workflows/runs/{segment(run_id)}/cancel", wire.WorkflowRun
        )

    async def resume_run(self, run_id: str, answer: wire.ResumeWorkflowRun) -> wire.WorkflowRun:
        """Approve or reject the step that a workflow run waits at."""
        path = f"/workflows/runs/{segment(run_id)}/resume"
        return await self._send("POST", path, wire.WorkflowRun, body=answer)

    def stream_run_events(self, run_id: str, after: int = 0) -> AsyncGenerator[RunEvent]:
        """Yield each event after that number once and in order, until the last."""
        return stream_events(self._transport, f"/workflows/runs/{segment(run_id)}/events", after)
