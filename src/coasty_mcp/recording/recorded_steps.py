"""Recordings as they lie on disk, where a stranger may have made them."""

import errno
import os
import stat
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


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
    """Return what is in a file.

    Raises:
        OSError: it cannot be read, or is a device, a pipe or a folder, which could hang.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | FLAGS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read()
