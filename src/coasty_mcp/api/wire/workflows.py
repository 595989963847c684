"""Programs of many tasks: `/workflows` and their runs."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..rules import EXAMPLE
from .base import Reply, Request, id_from, in_words
from .policy import ActionPolicy
from .predict import LlmConfig
from .run_states import AnyRun
from .runs import Deadline, Note, WebhookUrl

WorkflowId = Annotated[str, id_from("coasty_list_workflows")]
WorkflowRunId = Annotated[
    str,
    id_from("coasty_list_workflow_runs"),
    Field(description="From coasty_run_workflow or coasty_list_workflow_runs."),
]
Name = Annotated[str, Field(min_length=1, max_length=128, description="A name for it.")]
Slug = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$",
        description="Short name; saving under it again makes a new version.",
        json_schema_extra=in_words(
            "up to 63 of a-z, 0-9, _ and -, beginning with a letter or digit", "daily-report"
        ),
    ),
]
Definition = Annotated[
    dict[str, Any],
    Field(
        description="{steps: [{id, type, ...}], output?}; see coasty_validate_workflow.",
        json_schema_extra={EXAMPLE: {"steps": [{"id": "a", "type": "task", "task": "Log in."}]}},
    ),
]
InputsSchema = Annotated[
    dict[str, Any],
    Field(
        description="{name: {type, required?, default?}}, or a JSON Schema.",
        json_schema_extra={EXAMPLE: {"name": {"type": "string"}}},
    ),
]
Description = Annotated[str, Field(max_length=2000, description="What it is for.")]
WorkflowStatus = Annotated[Literal["active", "archived"], Field(description="active or archived.")]
Inputs = Annotated[dict[str, Any], Field(description="Values for {{inputs.name}}.")]
DefaultMachine = Annotated[
    str, Field(max_length=128, description="The machine of tasks that name none.")
]
BudgetCents = Annotated[
    int, Field(ge=0, le=10_000_000, description="Stop before spending more; 0 is no limit.")
]
MaxIterations = Annotated[int, Field(ge=1, le=100_000, description="Most rounds of all loops.")]
Approved = Annotated[bool, Field(description="false rejects, and fails the step.")]


class CreateWorkflow(Request):
    """A workflow to save."""

    name: Name
    slug: Slug
    definition: Definition
    inputs_schema: InputsSchema | None = None
    description: Description | None = None
    metadata: dict[str, Any] | None = None


class UpdateWorkflow(Request):
    """What to change about a workflow; what is None stays."""

    name: Name | None = None
    definition: Definition | None = None
    inputs_schema: InputsSchema | None = None
    description: Description | None = None
    status: WorkflowStatus | None = None
    metadata: dict[str, Any] | None = None

    not_null = frozenset({"name", "definition"})


class StartWorkflowRun(Request):
    """A workflow to start, saved or given whole, with its inputs and bounds."""

    inputs: Inputs | None = None
    machine_id: DefaultMachine | None = None
    budget_cents: BudgetCents | None = None
    max_iterations: MaxIterations | None = None
    deadline_seconds: Deadline | None = None
    webhook_url: WebhookUrl | None = None
    metadata: dict[str, Any] | None = None
    definition: Definition | None = None
    """Only to run one that is not saved."""
    inputs_schema: InputsSchema | None = None
    llm: LlmConfig = Field(default_factory=LlmConfig)
    action_policy: ActionPolicy | None = None


class ResumeWorkflowRun(Request):
    """A person's answer to a workflow that waits for approval."""

    approved: Approved = True
    note: Note | None = None


class Workflow(Reply):
    """A saved workflow: its definition, inputs and version."""

    id: str
    object: str = "workflow"
    name: str = ""
    slug: str = ""
    version: int = 1
    dsl_version: str = "2026-06-01"
    definition: dict[str, Any] = Field(default_factory=dict[str, Any])
    inputs_schema: dict[str, Any] | None = None
    description: str | None = None
    status: str = "active"
    metadata: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None


class WorkflowList(Reply):
    """The saved workflows of an account, a page of them."""

    object: str = "list"
    data: list[Workflow]
    has_more: bool = False


class ArchivedWorkflow(Reply):
    """A workflow that was archived."""

    id: str = ""
    object: str = "workflow"
    deleted: bool = True


class WorkflowRun(AnyRun):
    """A run of a workflow: its status, cost in cents and output."""

    object: str = "workflow.run"
    workflow_id: str | None = None
    workflow_version: int | None = None
    inputs: dict[str, Any] = Field(default_factory=dict[str, Any])
    output: dict[str, Any] | None = None
    awaiting_step_id: str | None = None
    iterations_used: int = 0
    spent_cents: int = 0
    budget_cents: int | None = None

    @property
    def spent(self) -> int:
        return self.spent_cents

    @property
    def outcome(self) -> dict[str, Any] | None:
        return self.output


class WorkflowRunList(Reply):
    """The runs of workflows, a page of them."""

    object: str = "list"
    data: list[WorkflowRun]
    has_more: bool = False
