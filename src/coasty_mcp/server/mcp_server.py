"""The SDK's server, with refusals that name the tools and prompts there are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from mcp import MCPError
from mcp.server import MCPServer, Server
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import (
    INVALID_PARAMS,
    CallToolResult,
    GetPromptResult,
    InputRequiredResult,
)

from ..api.errors import UnknownTool
from ..api.rules import unknown_name
from ..api.untrusted import named
from .arguments import MOST_ARGUMENTS, as_object
from .context import AppContext
from .prompts import whole_words
from .rendering import refusal

LONGEST_ARGUMENT = 16_000
"""Characters of a prompt's argument; no goal of the API may be longer."""


def _refuse_oversized(arguments: dict[str, str]) -> None:
    if len(arguments) > MOST_ARGUMENTS:
        raise MCPError(INVALID_PARAMS, f"No prompt has {len(arguments)} arguments.")
    if any(len(each) > LONGEST_ARGUMENT for each in arguments.values()):
        longest = f"{LONGEST_ARGUMENT} characters"
        raise MCPError(INVALID_PARAMS, f"No argument may be longer than {longest}.")


async def refuse_made_up_cursors(
    ctx: ServerRequestContext[AppContext, Any], call_next: CallNext
) -> HandlerResult:
    """Middleware: refuse a cursor, because every list is one page, and no cursor was given out."""
    if ctx.method.endswith("/list") and (ctx.params or {}).get("cursor") is not None:
        raise MCPError(INVALID_PARAMS, f"There is no such cursor: {ctx.method} has one page.")
    return await call_next(ctx)


async def read_unusual_arguments(
    ctx: ServerRequestContext[AppContext, Any], call_next: CallNext
) -> HandlerResult:
    """Middleware: take arguments that are JSON text, or an empty list, and refuse other kinds."""
    given = (ctx.params or {}).get("arguments")
    if given is None or isinstance(given, dict):
        return await call_next(ctx)
    arguments = as_object(given)
    if arguments is None:
        raise MCPError(INVALID_PARAMS, 'arguments must be an object. For example, {"limit": 50}.')
    return await call_next(replace(ctx, params={**(ctx.params or {}), "arguments": arguments}))


async def keep_page_tools_from_models(
    ctx: ServerRequestContext[AppContext, Any], call_next: CallNext
) -> HandlerResult:
    """Middleware: list and run what only a page calls for clients that declared MCP Apps.

    Others would offer it to their model.
    """
    result = await call_next(ctx)
    if ctx.method != "tools/list" or not isinstance(result, dict) or _shows_pages(ctx):
        return result
    tools = cast("list[dict[str, Any]]", result["tools"])
    return {**result, "tools": [tool for tool in tools if not _is_for_page(tool.get("_meta"))]}


def _shows_pages(ctx: Any) -> bool:
    """Return whether the client declared MCP Apps; imported only where there is a page."""
    from mcp.server.apps import client_supports_apps

    return bool(ctx) and client_supports_apps(ctx)


def _is_for_page(meta: dict[str, Any] | None) -> bool:
    return (meta or {}).get("ui", {}).get("visibility") == ["app"]


class CoastyServer(MCPServer[AppContext]):
    """The SDK's server, but for the refusal of unknown tools, prompts and arguments."""

    still_running: Callable[[], list[str]] = list
    """Returns the ids of the machines that this server started and that cost money."""

    @property
    def protocol(self) -> Server[AppContext]:
        """The SDK's low-level server, which speaks the protocol over any pair of streams."""
        return self._lowlevel_server

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Any = None
    ) -> CallToolResult | InputRequiredResult:
        known = self._tool_manager.get_tool(name)
        try:
            if known and _is_for_page(known.meta) and not _shows_pages(context):
                raise ToolError(name)
            return await super().call_tool(name, arguments, context)
        except ToolError:  # a PublishedTool raises none: there is no such tool
            tools = await self.list_tools()
            names = [tool.name for tool in tools if not _is_for_page(tool.meta)]
            return refusal(UnknownTool(unknown_name(named(name), names, "tool")))

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Any = None
    ) -> GetPromptResult | InputRequiredResult:
        prompts = {prompt.name: prompt for prompt in await self.list_prompts()}
        if name not in prompts:
            raise MCPError(INVALID_PARAMS, unknown_name(named(name), prompts, "prompt"))
        _refuse_oversized(arguments or {})
        known = {each.name: each for each in prompts[name].arguments or []}
        given = whole_words({each: said for each, said in (arguments or {}).items() if said})
        surplus = [unknown_name(named(each), known) for each in given if each not in known]
        missing = [
            f"{each} is missing: {argument.description}"
            for each, argument in known.items()
            if argument.required and each not in given
        ]
        if surplus or missing:
            raise MCPError(INVALID_PARAMS, " ".join([*surplus, *missing]))
        return await super().get_prompt(name, given, context)
