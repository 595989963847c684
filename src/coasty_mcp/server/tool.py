"""Tools and toolsets as data, recorded by a decorator."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from inspect import cleandoc, signature
from typing import Any, Literal, TypeVar, get_args, get_origin

from mcp.types import ToolAnnotations

from ..api.wire.base import Reply
from .consequences import Consequence
from .results import ImageResult, TextResult

Function = Callable[..., Awaitable[TextResult[Any] | ImageResult]]
F = TypeVar("F", bound=Function)
MachinesOf = Literal["schedule", "changed schedule", "run", "workflow", "workflow run"]


@dataclass(frozen=True)
class Tool:
    """All facts about a tool: its function and what the decorator says."""

    function: Function
    title: str
    effect: ToolAnnotations
    toolset: str
    asks: Consequence | None = None
    """Says of which calls the person is asked first, and why."""
    machine: str = ""
    """The machine that it is about, where it does not take one."""
    machines_of: MachinesOf | None = None
    """What leads to the machines that it acts on, where no argument names them."""
    costs: tuple[str, ...] = ()
    """The rows of the price list that apply to it; none where it is free."""
    needs_disk: bool = False
    """Whether it is offered only where server and host share a computer."""
    always_load: bool = False
    """Whether hosts that search for tools show it without a search."""
    search_hint: str = ""
    """More words under which hosts that search for tools find it."""
    page: str = ""
    """The URI of the page that a host with MCP Apps shows beside its result."""
    for_page: bool = False
    """Whether only a page calls it, for the person: no model is offered it."""

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """The docstring of the function, for the model."""
        return cleandoc(self.function.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the description, for documents."""
        return self.description.splitlines()[0]

    @property
    def reply(self) -> type[Reply] | None:
        """The model in `-> TextResult[Model]`; None if the tool may show a picture."""
        returned = signature(self.function, eval_str=True).return_annotation
        return get_args(returned)[0] if get_origin(returned) is TextResult else None


@dataclass(frozen=True)
class Toolset:
    """A group of tools that settings choose by name."""

    name: str
    summary: str
    modules: tuple[str, ...] = ()
    """The full names of the modules with its tools, which are imported when `tools` is read."""
    default: bool = True
    search_hint: str = ""
    """More words under which hosts that search for tools find its tools."""
    machine: str = ""
    """The machine that its tools are about, where they do not take one."""
    page_tools: list[Tool] = field(default_factory=list[Tool])
    """What only its page calls, known once its modules are imported."""
    _recorded: list[Tool] = field(default_factory=list[Tool])

    @property
    def tools(self) -> list[Tool]:
        """Its tools, in the order of its modules, whichever was imported first."""
        for module in self.modules:
            import_module(module)
        return sorted(self._recorded, key=self._place)

    def _place(self, tool: Tool) -> int:
        module = tool.function.__module__
        return (*self.modules, module).index(module)

    def tool(
        self,
        title: str,
        effect: ToolAnnotations,
        *,
        asks: Consequence | None = None,
        machines_of: MachinesOf | None = None,
        costs: tuple[str, ...] = (),
        needs_disk: bool = False,
        always_load: bool = False,
        page: str = "",
        for_page: bool = False,
    ) -> Callable[[F], F]:
        """Record the decorated function as a tool, and return it unchanged."""

        def record(function: F) -> F:
            recorded = self.page_tools if for_page else self._recorded
            recorded.append(
                Tool(
                    function,
                    title,
                    effect,
                    self.name,
                    asks=asks,
                    machine=self.machine,
                    machines_of=machines_of,
                    costs=costs,
                    needs_disk=needs_disk,
                    always_load=always_load,
                    search_hint=self.search_hint,
                    page=page,
                    for_page=for_page,
                )
            )
            return function

        return record
