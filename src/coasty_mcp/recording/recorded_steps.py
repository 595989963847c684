"""Recordings as they lie on disk, where a stranger may have made them."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

from ..api import files

LARGEST = 256_000_000
"""Bytes of one file: some ten thousand steps."""


class Source(BaseModel):
    """Where a picture is, from the recording's folder on."""

    path: str


class Part(BaseModel):
    """A text or a picture of a result."""

    type: str
    source: Source = Source(path="")


class Result(BaseModel):
    """What a call returned."""

    content: list[Part]


class Observation(BaseModel):
    """What was seen in a step."""

    results: Annotated[list[Result], Field(min_length=1)]


class Call(BaseModel):
    """A call and its arguments."""

    function_name: Annotated[str, Field(pattern=r"^\w{1,64}$")]
    arguments: dict[str, Any]


class Extra(BaseModel):
    """What this server adds to a step."""

    credits: int = 0


class Step(BaseModel):
    """The fields of a step that are relied on."""

    step_id: int
    observation: Observation
    tool_calls: Annotated[list[Call], Field(max_length=1)] = []
    extra: Extra = Extra()


STEPS = TypeAdapter(list[Step])


def read_regular(path: Path) -> bytes:
    """Return what is in a file of a recording; raises OSError as `files.read_regular` does."""
    return files.read_regular(path, LARGEST)
