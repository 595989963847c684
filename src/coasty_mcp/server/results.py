"""What a tool returns: a text result with structured content, or an image result."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..api.untrusted import visible_lines
from ..api.wire.base import Receipt, Reply
from ..screens import Picture

R = TypeVar("R", bound=Reply)


class Block(str):
    """Several lines of a result that belong together. A line that is none stays one line."""

    __slots__ = ()


@dataclass(frozen=True)
class TextResult(Generic[R]):
    """Lines of text, and the reply that they tell of as structured content."""

    lines: tuple[str, ...]
    reply: R
    next_call: str = ""
    """The next sensible call, as `call_text` writes it."""
    warnings: tuple[str, ...] = ()
    untrusted: str = ""
    """What in the reply a machine or an agent said, in words."""

    @property
    def receipt(self) -> Receipt:
        """The headers of the API's reply."""
        return self.reply.receipt


@dataclass(frozen=True)
class ImageResult:
    """Pictures and lines of text: hosts drop the pictures where there is structured content."""

    lines: tuple[str, ...]
    pictures: tuple[Picture, ...]
    receipt: Receipt
    next_call: str = ""
    warnings: tuple[str, ...] = ()
    untrusted: str = ""


def printable_line(line: str) -> str:
    """Return a line that shows all its characters; only a block may break into several."""
    shown = visible_lines(line)
    return shown if isinstance(line, Block) else shown.replace("\n", "\\n")


def text_result(
    reply: R, *lines: str, next_call: str = "", warnings: Iterable[str] = (), untrusted: str = ""
) -> TextResult[R]:
    """Return a text result about the reply."""
    return TextResult(lines, reply, next_call, tuple(warnings), untrusted)


def image_result(
    receipt: Receipt,
    pictures: Iterable[Picture],
    *lines: str,
    next_call: str = "",
    warnings: Iterable[str] = (),
    untrusted: str = "",
) -> ImageResult:
    """Return an image result; the receipt is that of the picture."""
    return ImageResult(lines, tuple(pictures), receipt, next_call, tuple(warnings), untrusted)


def counted(number: int, noun: str) -> str:
    """Return `1 step`, `2 steps`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def call_text(tool: Callable[..., Any], **arguments: object) -> str:
    """Return `coasty_get_machine(machine_id="mch_1")` as text, without arguments of None."""
    written = [
        f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in arguments.items()
        if value is not None
    ]
    return f"{tool.__name__}({', '.join(written)})"
