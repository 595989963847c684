"""Actions from a picture: `/predict`, `/ground`, `/parse`, `/models`."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from .base import Record, Reply, Request
from .policy import ActionPolicy

Screenshot = Annotated[
    str, Field(min_length=100, max_length=10_485_760, pattern=r"^[A-Za-z0-9+/=]+$")
]
Instruction = Annotated[
    str,
    Field(
        min_length=1,
        max_length=32_000,
        description="The goal, with every value to type.",
    ),
]
ElementName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=32_000,
        description="What to find, as: the blue Send button.",
    ),
]
CuaVersion = Annotated[
    Literal["v1", "v3", "v4", "v5"],
    Field(description="Engine, else the newest; v1 costs 3 credits more."),
]
MaxActions = Annotated[int, Field(ge=1, le=10, description="Most actions to return.")]
Instructions = Annotated[
    str,
    Field(max_length=16_000, description="Extra steering."),
]
SystemPrompt = Annotated[
    str, Field(max_length=16_000, description="Replaces the engine's own prompt.")
]
ActionFilter = Annotated[
    list[Literal["click", "type_text", "key_press", "key_combo", "scroll", "drag", "move", "wait"]],
    Field(min_length=1, max_length=8, description="Return only these."),
]
ScreenWidth = Annotated[
    int, Field(ge=320, le=3840, description="Coordinates for this width, not pixels.")
]
ScreenHeight = Annotated[int, Field(ge=240, le=2160, description="And this height.")]
IncludeReasoning = Annotated[bool, Field(description="Explain the actions.")]
IncludeRawCode = Annotated[bool, Field(description="Add pyautogui code.")]
Code = Annotated[
    str, Field(min_length=1, max_length=50_000, description="Python with pyautogui calls.")
]
Provider = Literal["managed", "anthropic", "openai"]
ModelName = Annotated[str, Field(min_length=1, max_length=512)]


class LlmConfig(Request):
    """The models that the agent uses."""

    provider: Provider = "managed"
    model: ModelName | None = None
    grounding_model: ModelName | None = None
    compaction_model: ModelName | None = None
    code_agent_model: ModelName | None = None


class Action(Record):
    """One action of mouse or keyboard, with coordinates in pixels of the picture."""

    action_type: str
    params: dict[str, Any] = Field(default_factory=dict[str, Any])
    description: str | None = None
    raw_code: str | None = None

    @field_validator("params")
    @classmethod
    def _without_nulls(cls, params: dict[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in params.items() if each is not None}


class ActionTaken(Request):
    """An action of an earlier step, as it goes back to the API."""

    action_type: Literal[
        "click",
        "type_text",
        "key_press",
        "key_combo",
        "scroll",
        "drag",
        "move",
        "wait",
        "done",
        "fail",
    ]
    params: dict[str, Any] = Field(default_factory=dict[str, Any])
    description: str = ""
    raw_code: str = ""


class TrajectoryStep(Request):
    """An earlier picture, and the actions that followed it."""

    screenshot: Screenshot
    actions: Annotated[list[ActionTaken], Field(max_length=10)] = Field(
        default_factory=list[ActionTaken]
    )
    reasoning: Annotated[str, Field(max_length=16_000)] = ""


class PredictRequest(Request):
    """A picture and a goal, to predict the next actions."""

    not_null = frozenset({"cua_version"})

    screenshot: Screenshot
    instruction: Instruction
    cua_version: CuaVersion | None = None
    model: ModelName | None = None
    system_prompt: SystemPrompt | None = None
    instructions: Instructions | None = None
    screen_width: ScreenWidth | None = None
    screen_height: ScreenHeight | None = None
    trajectory: Annotated[list[TrajectoryStep], Field(max_length=20)] = Field(
        default_factory=list[TrajectoryStep]
    )
    max_actions: MaxActions = 5
    tools: ActionFilter | None = None
    include_reasoning: IncludeReasoning = True
    include_raw_code: IncludeRawCode = True
    llm: LlmConfig = Field(default_factory=LlmConfig)
    action_policy: ActionPolicy | None = None


class GroundRequest(Request):
    """A picture and the description of an element to find on it."""

    screenshot: Screenshot
    element: ElementName
    screen_width: ScreenWidth | None = None
    screen_height: ScreenHeight | None = None


class ParseRequest(Request):
    """Code that is to become actions."""

    code: Code
    action_policy: ActionPolicy | None = None


class UsageInfo(Record):
    """What an inference used and cost, in tokens and credits."""

    credits_charged: int = 0
    """1 credit is 1 US cent."""
    cost_cents: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    billed: bool = False
    breakdown: list[dict[str, Any]] | None = None


class Billed(Reply):
    """A reply that is billed."""

    usage: UsageInfo = Field(default_factory=UsageInfo)


class Predicted(Billed):
    """The next actions, from a picture alone or in a session."""

    actions: list[Action]
    status: Literal["continue", "done", "fail"] = "continue"
    reasoning: str | None = None
    raw_code: list[str] | None = None
    cua_version: str | None = None

    @model_validator(mode="after")
    def _ended_by_its_last_action(self) -> Self:
        """Some servers say the end by an action alone."""
        last = self.actions[-1].action_type if self.actions else ""
        if "status" not in self.model_fields_set and last in ("done", "fail"):
            self.status = last
        return self


class PredictReply(Predicted):
    """The next actions for a goal."""

    screen_width: int | None = None
    screen_height: int | None = None


class GroundReply(Billed):
    """Where an element is, in pixels of the picture that was sent."""

    x: int
    y: int
    screen_width: int = 0
    """The size of the picture; 0 where neither the API nor the request says it."""
    screen_height: int = 0


class ParseReply(Reply):
    """The actions that the code stands for."""

    actions: list[Action]


class Model(Record):
    """A model that predicts."""

    id: str
    description: str = ""


class CuaEngine(Record):
    """A version of the engine that predicts."""

    id: str
    description: str = ""
    avg_step_time: str = ""
    features: list[str] = Field(default_factory=list[str])
    latest: bool = False


class ModelsReply(Reply):
    """The models and engines that there are."""

    models: list[Model] = Field(default_factory=list[Model])
    cua_versions: list[CuaEngine]
    action_types: list[str] = Field(default_factory=list[str])
