"""The page of the live view, as hosts with MCP Apps read it."""

from collections.abc import Callable

from mcp.server.mcpserver import MCPServer

from .context import AppContext

URI = "ui://coasty/live-view"


def add_live_view(server: MCPServer[AppContext], page_key: Callable[[], str]) -> None:
    """Offer the page as a resource; it declares no network, and its host grants it none.

    `page_key` returns that of the caller who reads it.
    """
    from mcp.server.apps import APP_MIME_TYPE
    from mcp.server.mcpserver.resources import FunctionResource

    from ..page import page_with_key

    async def text() -> str:
        return page_with_key(page_key())

    server.add_resource(
        FunctionResource(
            uri=URI,
            name="live-view",
            title="Live view of a machine",
            mime_type=APP_MIME_TYPE,
            fn=text,
        )
    )
