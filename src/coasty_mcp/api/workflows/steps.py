"""The nine types of step with their fields and limits. Nested steps stay raw."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_STEPS = 200
"""The most steps of a definition, nested ones included."""
MAX_LEVELS = 8
MAX_BRANCHES = 16
RESERVED = frozenset({"inputs", "vars"})


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"{name} is reserved: take another name")
    return name


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$"), AfterValidator(_free)]
Block = list[Any]
Condition = dict[str, Any]
Message = Annotated[str, Field(max_length=16_000)]
Rounds = Annotated[int, Field(ge=1, le=100_000)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    local: ClassVar[str | None] = None
    """The variable that exists inside the step only."""
    id: Name
    type: str


class TaskStep(Step):
    """Starts an agent run, and binds its outcome to the step's id and save_as."""

    task: str = Field(min_length=1, max_length=16_000)
    machine_id: str | None = Field(None, min_length=1, max_length=128)
    cua_version: Literal["v1", "v3", "v4", "v5"] = "v5"
    instructions: str | None = Field(None, max_length=16_000)
    system_prompt: str | None = Field(None, max_length=32_000)
    max_steps: int = Field(50, ge=1, le=1000)
    save_as: Name | None = None
    on_awaiting_human: Literal["pause", "fail", "cancel"] = "pause"


class AssertStep(Step):
    condition: Condition
    message: Message = ""


class IfStep(Step):
    condition: Condition
    then: Block
    otherwise: Block = Field(default_factory=list[Any], alias="else")


class LoopStep(Step):
    local = "vars.iteration"
    body: Block = Field(min_length=1)
    count: Rounds | None = None
    condition: Condition | None = Field(None, alias="while")
    max_iterations: Rounds | None = None

    @model_validator(mode="after")
    def _has_one_end(self) -> Self:
        if (self.count is None) == (self.condition is None):
            raise ValueError("A loop needs either count or while")
        return self


class ParallelStep(Step):
    branches: list[Annotated[Block, Field(min_length=1)]] = Field(
        min_length=1, max_length=MAX_BRANCHES
    )


class ApprovalStep(Step):
    message: Message = ""
    timeout_seconds: Seconds | None = None


class RetryStep(Step):
    local = "vars.attempt"
    body: Block = Field(min_length=1)
    max_attempts: int = Field(ge=1, le=20)


class SucceedStep(Step):
    output: dict[str, Any] = Field(default_factory=dict[str, Any])


class FailStep(Step):
    message: Message = ""


TYPES: dict[str, type[Step]] = {
    "task": TaskStep,
    "assert": AssertStep,
    "if": IfStep,
    "loop": LoopStep,
    "parallel": ParallelStep,
    "human_approval": ApprovalStep,
    "retry": RetryStep,
    "succeed": SucceedStep,
    "fail": FailStep,
}
NOT_IN_PARALLEL = frozenset({"human_approval", "succeed", "fail"})


def parse(step: dict[str, Any]) -> Step:
    """Return the step as its type; it must have no faults."""
    return TYPES[step["type"]].model_validate(step)


def fields(kind: str) -> list[str]:
    """Return the fields of a type of step, as they are written in a definition."""
    return [field.alias or name for name, field in TYPES[kind].model_fields.items()]


def blocks(step: dict[str, Any]) -> Iterator[tuple[str, Block]]:
    """Yield the lists of steps inside a step, each with its path in it."""
    for name in ("then", "else", "body"):
        if isinstance(step.get(name), list):
            yield name, step[name]
    if isinstance(step.get("branches"), list):
        for index, branch in enumerate(cast("Block", step["branches"])[:MAX_BRANCHES]):
            if isinstance(branch, list):
                yield f"branches[{index}]", cast("Block", branch)
