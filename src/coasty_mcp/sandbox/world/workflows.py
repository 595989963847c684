"""The saved workflows of an account, each with its latest version."""

from typing import Any

from ...api.errors import InvalidState, WorkflowNotFound
from ...api.wire import workflows as wire
from .clock import iso
from .definition_check import check
from .new_workflow import NewWorkflow
from .state import Collection

DSL_VERSION = "2026-06-01"


class Workflows(Collection[wire.Workflow]):
    noun, missing = "workflow", WorkflowNotFound

    def save(self, wanted: NewWorkflow) -> wire.Workflow:
        """Save a new workflow, or a new version of the one with that slug, and return it."""
        for workflow in self._kept.values():
            if workflow.slug == wanted.slug:
                return self._change(workflow, {**wanted.model_dump(), "status": "active"})
        check(wanted.definition, wanted.inputs_schema, "definition")
        now = iso(self.world.now())
        made = wire.Workflow(
            id=self.world.new_uuid("workflow"),
            object="workflow",
            version=1,
            dsl_version=DSL_VERSION,
            status="active",
            created_at=now,
            updated_at=now,
            **wanted.model_dump(),
        )
        self._kept[made.id] = made
        return made

    def update(self, workflow_id: str, wanted: wire.UpdateWorkflow) -> wire.Workflow:
        changes = wanted.model_dump(exclude_unset=True)
        if changes.get("status") is None:
            changes.pop("status", None)
        return self._change(self.get(workflow_id), changes)

    def archive(self, workflow_id: str) -> None:
        self._keep(self.get(workflow_id), {"status": "archived"})

    def active(self, workflow_id: str) -> wire.Workflow:
        workflow = self.get(workflow_id)
        if workflow.status != "active":
            raise InvalidState(
                f"Workflow {workflow_id} is {workflow.status}.",
                current_state=workflow.status,
                allowed_from=["active"],
            )
        return workflow

    def _change(self, workflow: wire.Workflow, changes: dict[str, Any]) -> wire.Workflow:
        changed = workflow.model_copy(update={**changes, "version": workflow.version + 1})
        check(changed.definition, changed.inputs_schema, "definition")
        return self._keep(changed, {})

    def _keep(self, workflow: wire.Workflow, changes: dict[str, Any]) -> wire.Workflow:
        """Keep it in place of the version before, which the runs that began with it still have."""
        dated = {**changes, "updated_at": iso(self.world.now())}
        kept = self._kept[workflow.id] = workflow.model_copy(update=dated)
        return kept
