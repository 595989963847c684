"""Agents that run on their own: `/schedules`, their runs and their triggers."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, JsonValue

from ..rules import EXAMPLE
from .base import Metadata, Reply, Request, id_from, in_words
from .policy import ActionPolicy
from .predict import LlmConfig

ScheduleId = Annotated[str, id_from("coasty_list_schedules")]
TriggerId = Annotated[str, id_from("coasty_get_schedule")]
Name = Annotated[str, Field(min_length=1, max_length=128, description="A name for it.")]
ScheduledMachine = Annotated[
    str, Field(min_length=1, max_length=64, description="The machine it runs on.")
]
TaskPrompt = Annotated[
    str,
    Field(min_length=1, max_length=8000, description="What the agent is to do."),
]
Frequency = Literal[
    "every_15_minutes",
    "every_30_minutes",
    "hourly",
    "every_6_hours",
    "every_12_hours",
    "daily",
    "weekly",
    "monthly",
    "custom",
]
WEEKDAYS: dict[str, JsonValue] = {EXAMPLE: "0 9 * * 1-5"}
Cron = Annotated[
    str, Field(max_length=128, description="5 or 6 fields.", json_schema_extra=WEEKDAYS)
]
Timezone = Annotated[
    str,
    Field(max_length=64, description="IANA name.", json_schema_extra={EXAMPLE: "Europe/Berlin"}),
]
TimeOfDay = Annotated[
    str,
    BeforeValidator(lambda time: f"0{time}" if re.fullmatch("[0-9]:[0-9]{2}", str(time)) else time),
    Field(
        max_length=5,
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="HH:MM, for daily and rarer.",
        json_schema_extra=in_words("a time as HH:MM", "08:30"),
    ),
]
DayOfWeek = Annotated[
    int,
    Field(
        ge=0,
        le=6,
        description="For weekly; 0 is Monday.",
        json_schema_extra=in_words("a whole number, from 0 for Monday to 6 for Sunday", 0),
    ),
]
DayOfMonth = Annotated[int, Field(ge=1, le=28, description="For monthly.")]
RunAt = Annotated[
    datetime,
    Field(
        description="Once at this ISO 8601 time, instead.",
        json_schema_extra=in_words("an ISO 8601 time", "2027-01-05T09:00:00+01:00"),
    ),
]
MaxFailures = Annotated[int, Field(ge=1, le=50, description="Failures before it pauses.")]
RunStatus = Annotated[
    Literal["running", "completed", "failed", "skipped", "cancelled", "insufficient_credits"],
    Field(description="Only these runs."),
]
Cursor = Annotated[
    str,
    Field(
        max_length=4096,  # longer ones fit into no URL
        description="next_cursor of the page before.",
        json_schema_extra=in_words('the next_cursor of the page before, or "" for the first', ""),
    ),
]
PromptOverride = Annotated[str, Field(max_length=8000, description="Another task, for this run.")]
TriggeredContext = Annotated[dict[str, Any], Field(description="Data for the agent.")]
TriggerKind = Annotated[
    Literal["webhook", "email", "chain"],
    Field(description="What fires it."),
]
SourceSchedule = Annotated[
    str, Field(max_length=64, description="chain: the schedule whose end fires it.")
]
ChainEvent = Annotated[
    Literal["on_complete", "on_failure", "on_any"], Field(description="chain: which ends.")
]
PassOutput = Annotated[bool, Field(description="chain: hand over the output.")]
RatePerMinute = Annotated[int, Field(ge=1, le=600, description="webhook: most fires a minute.")]
TriggerEnabled = Annotated[bool, Field(description="Whether it fires.")]
EmailLabel = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,32}[a-z0-9]$",
        max_length=34,
        description="email: start of the address.",
        json_schema_extra=in_words(
            "2 to 34 of a-z, 0-9, ., _ and -, not beginning or ending with one", "reports"
        ),
    ),
]


class CreateSchedule(Request):
    """A task to repeat on a machine."""

    name: Name
    machine_id: ScheduledMachine
    task_prompt: TaskPrompt
    frequency: Frequency | None = None
    cron: Cron | None = None
    timezone: Timezone = "UTC"
    time: TimeOfDay | None = None
    day_of_week: DayOfWeek | None = None
    day_of_month: DayOfMonth | None = None
    run_at: AwareDatetime | None = None
    max_consecutive_failures: MaxFailures = 5
    metadata: Metadata = Field(default_factory=dict[str, str])
    llm: LlmConfig = Field(default_factory=LlmConfig)
    action_policy: ActionPolicy | None = None


class UpdateSchedule(Request):
    """What to change about a schedule; what is None stays."""

    name: Name | None = None
    task_prompt: TaskPrompt | None = None
    frequency: Frequency | None = None
    cron: Cron | None = None
    timezone: Timezone | None = None
    time: TimeOfDay | None = None
    day_of_week: DayOfWeek | None = None
    day_of_month: DayOfMonth | None = None
    max_consecutive_failures: MaxFailures | None = None
    enabled: bool | None = None
    metadata: Metadata | None = None

    not_null = frozenset(__annotations__)


class RunSchedule(Request):
    """What to change for one run of a schedule."""

    task_prompt_override: PromptOverride | None = None
    triggered_context: TriggeredContext | None = None


class CreateTrigger(Request):
    """An event that is to start a schedule's task."""

    kind: TriggerKind
    source_schedule_id: SourceSchedule | None = None
    event: ChainEvent = "on_complete"
    pass_output: PassOutput = True
    rate_limit_per_minute: RatePerMinute = 60
    enabled: TriggerEnabled = True
    email_label: EmailLabel | None = None


class CreateMailbox(Request):
    """An address to make before there is a schedule. The vendor documents its path alone."""

    email_label: EmailLabel | None = None


class Schedule(Reply):
    """A task that is repeated on a machine."""

    id: str
    name: str = ""
    machine_id: str = ""
    enabled: bool = True
    task_prompt: str = ""
    frequency: str = ""
    cron: str = ""
    timezone: str = "UTC"
    next_run_at: str | None = None
    """ISO 8601; None while it is paused or done."""
    last_run_at: str | None = None
    run_count: int = 0
    consecutive_failures: int = 0
    paused_reason: str | None = None
    is_test: bool = False
    created_at: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict[str, str])
    action_policy: dict[str, Any] | None = None
    """What was sent: no reply tells it."""


class ScheduleList(Reply):
    """The schedules of an account, a page of them."""

    data: list[Schedule]
    has_more: bool = False


class DeletedSchedule(Reply):
    """A schedule that was deleted."""

    schedule_id: str = ""
    deleted: bool = True


class ScheduleRun(Reply):
    """One run of a schedule: its status, result or error."""

    id: str
    schedule_id: str = ""
    status: str
    """queued, running, completed, failed, skipped, cancelled or insufficient_credits."""
    trigger: str = ""
    """cron, manual, triggered, webhook, email or run_at."""
    duration_seconds: int | None = None
    credits_charged: int | None = None
    error: str | None = None
    result: dict[str, Any] | None = None
    """What the run did, where the API says so, as the sandbox does."""
    executed_at: str = ""


class ScheduleRunList(Reply):
    """The runs of a schedule, a page of them."""

    data: list[ScheduleRun]
    next_cursor: str | None = None
    has_more: bool = False


class StartedRun(Reply):
    """A run that was started by hand."""

    run_id: str
    status: str = "queued"
    schedule_id: str = ""
    message: str = ""


class Trigger(Reply):
    """An event that starts a schedule's task."""

    id: str
    kind: str = ""
    schedule_id: str = ""
    enabled: bool = True
    created_at: str = ""
    webhook_url: str | None = None
    webhook_secret: str | None = None
    """Only in the reply that creates it."""
    email_address: str | None = None
    source_schedule_id: str | None = None
    event: str | None = None
    rate_limit_per_minute: int | None = None
    pass_output: bool | None = None
    note: str | None = None
    """What the sandbox says of a trigger that nothing outside can reach."""


class TriggerList(Reply):
    """The triggers of a schedule."""

    data: list[Trigger]


class DeletedTrigger(Reply):
    """A trigger that was removed."""

    trigger_id: str = ""
    deleted: bool = True


class Mailbox(Reply):
    """A mail address that starts a schedule's task."""

    email_address: str


class WebhookFired(Reply):
    """The run that a webhook's call started."""

    received: bool = True
    schedule_id: str = ""
    run_id: str | None = None
    deduplicated: bool = False
    message: str = ""
