"""Tools as data: what the model may call, and the toolset that offers it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from inspect import cleandoc, signature
from typing import Any, TypeVar, get_args, get_origin

from mcp.types import ToolAnnotations

from ..api.wire.base import Reply
from .results import ImageResult, TextResult

Function = Callable[..., Awaitable[TextResult[Any] | ImageResult]]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True)
class Tool:
    function: Function
    title: str
    effect: ToolAnnotations
    toolset: str
    asks: bool = False
    """Whether the person is asked before, on a live key."""

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return cleandoc(self.function.__doc__ or "")

    @property
    def summary(self) -> str:
        return self.description.splitlines()[0]

    @property
    def reply(self) -> type[Reply] | None:
        """The model in `-> TextResult[Model]`; what may show a picture has none."""
        returned = signature(self.function, eval_str=True).return_annotation
        return get_args(returned)[0] if get_origin(returned) is TextResult else None


@dataclass(frozen=True)
class Toolset:
    name: str
    summary: str
    modules: tuple[str, ...] = ()
    """The full names of the modules that hold its tools: loaded when its tools are asked for."""
    default: bool = True
    _recorded: list[Tool] = field(default_factory=list[Tool])

    @property
    def tools(self) -> list[Tool]:
        for module in self.modules:
            import_module(module)
        return self._recorded

    def tool(self, title: str, effect: ToolAnnotations, *, asks: bool = False) -> Callable[[F], F]:
        """Record the function as a tool, and leave it as it is."""

        def record(function: F) -> F:
            self._recorded.append(Tool(function, title, effect, self.name, asks))
            return function

        return record
