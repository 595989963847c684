"""Tasks for which Coasty starts a machine, and destroys it when they end: `/tasks`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Request
from .machines import CpuCores, DesktopEnabled, MemoryGb, OsType, RestoreFromSnapshot, StorageGb
from .policy import ActionPolicy
from .predict import CuaVersion, Instructions, LlmConfig
from .runs import Deadline, MaxSteps, RunSystemPrompt, Task, WebhookUrl

TaskProvider = Annotated[
    Literal["auto", "aws", "daytona", "azure"], Field(description="Whose cloud it runs in.")
]


class TaskProxy(Request):
    """The proxy of the machine's network: Coasty's, or one's own."""

    mode: Literal["managed", "custom"]
    scheme: Literal["http", "https", "socks5"] | None = None
    host: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    username: str | None = None
    password: str | None = None


class TaskMachine(Request):
    """The machine of a task."""

    provider: TaskProvider | None = None
    os_type: OsType | None = None
    desktop_enabled: DesktopEnabled | None = None
    cpu_cores: CpuCores | None = None
    memory_gb: MemoryGb | None = None
    storage_gb: StorageGb | None = None
    restore_from_snapshot: RestoreFromSnapshot | None = None
    proxy: TaskProxy | None = None


class StartTask(Request):
    """A goal, and the machine that is started for it alone."""

    task: Task
    cua_version: CuaVersion | None = None
    instructions: Instructions | None = None
    system_prompt: RunSystemPrompt | None = None
    max_steps: MaxSteps = 150
    deadline_seconds: Deadline | None = None
    """From the start of the machine on."""
    action_policy: ActionPolicy | None = None
    webhook_url: WebhookUrl | None = None
    metadata: dict[str, Any] | None = None
    llm: LlmConfig = Field(default_factory=LlmConfig)
    machine: TaskMachine = Field(default_factory=TaskMachine)

    not_null = frozenset({"cua_version"})
