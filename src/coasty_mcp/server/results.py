"""What a tool returns: a text result with structured content, or an image result."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..api.wire.base import Receipt, Reply
from ..screens import Picture

R = TypeVar("R", bound=Reply)


@dataclass(frozen=True)
class TextResult(Generic[R]):
    """Lines for the model, and the reply they are about for programs."""

    lines: tuple[str, ...]
    reply: R
    next_call: str = ""
    """The next sensible call_text, ready to be made."""
    warnings: tuple[str, ...] = ()
    untrusted: str = ""
    """The parts of the reply that a machine or an agent said."""

    @property
    def receipt(self) -> Receipt:
        return self.reply.receipt


@dataclass(frozen=True)
class ImageResult:
    """Pictures and lines for the model. No reply: hosts drop the pictures when there is one."""

    lines: tuple[str, ...]
    pictures: tuple[Picture, ...]
    receipt: Receipt
    next_call: str = ""
    warnings: tuple[str, ...] = ()


def text_result(
    reply: R, *lines: str, next_call: str = "", warnings: Iterable[str] = (), untrusted: str = ""
) -> TextResult[R]:
    return TextResult(lines, reply, next_call, tuple(warnings), untrusted)


def image_result(
    receipt: Receipt,
    pictures: Iterable[Picture],
    *lines: str,
    next_call: str = "",
    warnings: Iterable[str] = (),
) -> ImageResult:
    return ImageResult(lines, tuple(pictures), receipt, next_call, tuple(warnings))


def call_text(tool: Callable[..., Any], **arguments: object) -> str:
    """`coasty_get_machine(machine_id="mch_1")`, without the arguments that are None."""
    written = [
        f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in arguments.items()
        if value is not None
    ]
    return f"{tool.__name__}({', '.join(written)})"
