"""Tasks that Coasty's own agent carries out: `/runs`."""

from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from ..rules import EXAMPLE
from .base import Record, Reply, Request, id_from
from .policy import ActionPolicy
from .predict import CuaVersion, Instructions, LlmConfig
from .run_states import FINISHED, AnyRun, Status

RunId = Annotated[
    str,
    id_from("coasty_list_runs"),
    Field(description="From coasty_start_run or coasty_list_runs."),
]
RunMachine = Annotated[
    str, Field(min_length=1, max_length=128, description="The machine it works on.")
]
Task = Annotated[
    str, Field(min_length=1, max_length=16_000, description="What the agent is to do.")
]
RunSystemPrompt = Annotated[
    str, Field(max_length=32_000, description="Replaces the agent's own prompt.")
]
MaxSteps = Annotated[int, Field(ge=1, le=1000, description="Most steps; 5 credits each.")]
Deadline = Annotated[int, Field(ge=1, le=86_400, description="Seconds it may take in all.")]
OnAwaitingHuman = Annotated[
    Literal["pause", "fail", "cancel"], Field(description="When it needs a person.")
]
HumanTimeout = Annotated[int, Field(ge=1, le=86_400, description="Seconds to wait for a person.")]
WebhookUrl = Annotated[
    str,
    Field(
        max_length=2048,
        description="https URL told of each change.",
        json_schema_extra={EXAMPLE: "https://example.com/hook"},
    ),
]
Note = Annotated[str, Field(max_length=2000, description="A word to the agent.")]
StatusFilter = Annotated[Status, Field(description="Only these runs.")]


class StartRun(Request):
    """A task for Coasty's agent on a machine."""

    machine_id: RunMachine
    task: Task
    cua_version: CuaVersion | None = None
    instructions: Instructions | None = None
    system_prompt: RunSystemPrompt | None = None
    model: str | None = None
    max_steps: MaxSteps = 50
    deadline_seconds: Deadline | None = None
    on_awaiting_human: OnAwaitingHuman = "pause"
    awaiting_human_timeout_seconds: HumanTimeout | None = None
    webhook_url: WebhookUrl | None = None
    metadata: dict[str, Any] | None = None
    llm: LlmConfig = Field(default_factory=LlmConfig)
    action_policy: ActionPolicy | None = None

    not_null = frozenset({"cua_version"})


class ResumeRun(Request):
    """What a person answers an agent that waits."""

    note: Note | None = None


class OwnMachine(Record):
    """The machine that was started for a task alone."""

    status: str | None = None
    """provisioning, ready, failed or released."""
    id: str | None = None
    cleanup_status: str | None = None
    """pending, terminating, retrying, terminated or failed. Only `terminated` means gone."""
    error: Any = None


class Run(AnyRun):
    """A task of Coasty's agent: its status, steps and result."""

    object: str = "agent.run"
    task: str | None = None
    cua_version: str | None = None
    instructions: str | None = None
    max_steps: int | None = None
    on_awaiting_human: str | None = None
    steps_completed: int = 0
    credits_charged: int = 0
    cost_cents: int = 0
    result: dict[str, Any] | None = None
    awaiting_human_since: str | None = None
    machine: OwnMachine | None = None
    """Only where it is a task's."""

    @property
    def cleaning_up(self) -> bool:
        """Whether the run has ended, and a machine of its own may still be there."""
        cleanup = self.machine and self.machine.cleanup_status
        return self.status in FINISHED and cleanup not in {None, "terminated", "failed"}

    @property
    def spent(self) -> int:
        return self.credits_charged

    @property
    def outcome(self) -> dict[str, Any] | None:
        return self.result


class RunList(Reply):
    """The runs of an account, a page of them."""

    object: str = "list"
    data: list[Run]
    has_more: bool = False


class RunScreenshot(Record):
    """What the agent saw before one decision."""

    index: int
    """Flat over the run: the cursor."""
    attempt: int | None = None
    step: int | None = None
    """Begins anew with each attempt."""
    taken_at: str | None = None
    width: int | None = None
    """The space of the clicks, as `height`."""
    height: int | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    degraded: bool = False
    """Whether the capture failed, and an older picture was used."""
    image_b64: str | None = None
    """Only where include_image asked for it: never log or cache it."""
    image_unavailable: Any = None
    """Why there is no picture."""


class RunScreenshotList(Reply):
    object: str = "list"
    data: list[RunScreenshot]
    """Oldest first."""
    has_more: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_one_shape(cls, body: Any) -> Any:
        """The vendor's reference does not name the list: these are what others of it are called."""
        if isinstance(body, dict) and "data" not in body:
            said = cast("dict[str, Any]", body)
            for name in ("screenshots", "items"):
                if name in said:
                    return {**said, "data": said[name]}
        return body  # pyright: ignore[reportUnknownVariableType]


class RunEvent(Record):
    """One of a run's numbered events; some servers send the data without this envelope."""

    seq: int
    """From 1, always one more than before; what Last-Event-ID resumes after."""
    type: str
    """status, text, reasoning, tool_call, tool_result, step, awaiting_human, resumed, billing,
    error, done."""
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
