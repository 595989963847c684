"""What may be done, whatever an agent is told: `action_policy`."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..rules import EXAMPLE
from .base import Request

ActionName = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={EXAMPLE: "drag"})]
KeyName = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={EXAMPLE: "win+r"})]
Pixel = Annotated[int, Field(ge=0, le=100_000)]


class CoordinateBounds(Request):
    """A rectangle that no point of an action may leave, in pixels; its edges belong to it."""

    min_x: Pixel
    min_y: Pixel
    max_x: Pixel
    max_y: Pixel

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.min_x > self.max_x or self.min_y > self.max_y:
            raise ValueError("the bounds hold no point: min_x, min_y, max_x, max_y in this order")
        return self


class ActionPolicy(Request):
    """The actions that may be done; `done`, `fail` and `awaiting_human` always may.

    Predictions call typing `type_text`, machines call it `type`.
    """

    allowed_actions: Annotated[list[ActionName], Field(min_length=1, max_length=128)] | None = None
    blocked_actions: Annotated[list[ActionName], Field(max_length=128)] | None = None
    blocked_keys: Annotated[list[KeyName], Field(max_length=128)] | None = None
    """Keys and chords such as `win+r`, in any case."""
    block_window_close: bool | None = None
    max_actions: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Over a run with everything that it starts."""
    coordinate_bounds: CoordinateBounds | None = None

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        if both := {*(self.allowed_actions or ())} & {*(self.blocked_actions or ())}:
            raise ValueError(f"{', '.join(sorted(both))} cannot be both allowed and blocked")
        return self
