"""Predictions that remember what was done: `/sessions`."""

from typing import Annotated, Any

from pydantic import Field

from .base import Reply, Request, id_from
from .policy import ActionPolicy
from .predict import (
    ActionFilter,
    Billed,
    CuaVersion,
    IncludeRawCode,
    IncludeReasoning,
    Instruction,
    Instructions,
    LlmConfig,
    ModelName,
    Predicted,
    ScreenHeight,
    Screenshot,
    ScreenWidth,
    SystemPrompt,
)

SessionId = Annotated[str, id_from("coasty_create_session", longest=128)]
MaxTrajectoryLength = Annotated[
    int, Field(ge=1, le=20, description="Earlier pictures it remembers; 2 credits each.")
]


class CreateSession(Request):
    """A new session: its screen's size in pixels and its settings."""

    cua_version: CuaVersion | None = None
    model: ModelName | None = None
    screen_width: ScreenWidth = 1920
    screen_height: ScreenHeight = 1080
    max_trajectory_length: MaxTrajectoryLength = 3
    system_prompt: SystemPrompt | None = None
    instructions: Instructions | None = None
    tools: ActionFilter | None = None
    metadata: dict[str, Any] | None = None
    llm: LlmConfig = Field(default_factory=LlmConfig)
    action_policy: ActionPolicy | None = None

    not_null = frozenset({"cua_version"})


class SessionPredict(Request):
    """A picture and a goal, to predict within a session."""

    screenshot: Screenshot
    instruction: Instruction
    include_reasoning: IncludeReasoning = True
    include_raw_code: IncludeRawCode = True


class SessionCreated(Billed):
    """A session that was opened, and what it cost."""

    session_id: str
    cua_version: str = ""
    screen_size: str = ""
    """`1280x720`."""
    created_at: str = ""
    expires_at: str = ""
    """Two hours after its last use."""
    action_policy: dict[str, Any] | None = None
    """What was sent: no reply tells it."""


class SessionPrediction(Predicted):
    """The next actions for a goal, by a session that knows the earlier ones."""

    session_id: str = ""
    step: int = 0
    """From 1; 0 where the API does not count."""


class SessionInfo(Reply):
    """An open session."""

    session_id: str = ""
    cua_version: str = ""
    screen_size: str = ""
    step_count: int = 0
    created_at: str = ""
    expires_at: str = ""
    total_credits_used: int = 0


class SessionList(Reply):
    """The open sessions of an account."""

    sessions: list[SessionInfo] = Field(default_factory=list[SessionInfo])


class SessionChanged(Reply):
    """A session that was reset or closed."""

    status: str = "ok"
    session_id: str = ""
