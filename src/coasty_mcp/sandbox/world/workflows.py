"""The saved workflows of an account, each with its latest version."""

import re
from typing import Any, cast

from pydantic import model_validator

from ...api.errors import InvalidRequest, InvalidState, WorkflowNotFound
from ...api.wire import workflows as wire
from ...api.workflows import Fault, faults
from .clock import iso
from .state import Collection

DSL_VERSION = "2026-06-01"
TOLD = 3  # faults in the message; the details have them all
STEP = re.compile(r"[^.\[\]]+")


class NewWorkflow(wire.CreateWorkflow):
    """A workflow to save. Without a slug it gets one that is made of its name."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, body: Any) -> Any:
        if not isinstance(body, dict) or "slug" in body:
            return cast("Any", body)
        fields = cast("dict[str, Any]", body)
        return {**fields, "slug": slug(str(fields.get("name", "")))}


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


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63] or "workflow"


def check(definition: dict[str, Any], inputs_schema: dict[str, Any] | None, field: str) -> None:
    refuse(faults(definition, inputs_schema), field)


def refuse(found: list[Fault], *field: str) -> None:
    """Say all that is wrong with a field of the body, if there is something."""
    if not found:
        return
    told = " ".join(f"{fault.path}: {fault.message}" for fault in found[:TOLD])
    more = f" There are {len(found) - TOLD} more." if len(found) > TOLD else ""
    details = [
        {"loc": ["body", *field, *_members(fault.path)], "msg": fault.message, "type": "workflow"}
        for fault in found
    ]
    raise InvalidRequest(told + more, details=details)


def _members(path: str) -> list[str | int]:
    """Return the members of a path: `steps[1].id` as `steps`, 1, `id`."""
    return [int(part) if part.isdecimal() else part for part in STEP.findall(path)]
