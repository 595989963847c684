"""The page of the live view, as hosts with MCP Apps read it."""

from mcp.server.mcpserver import MCPServer

from .context import AppContext

URI = "ui://coasty/live-view"


def add_live_view(server: MCPServer[AppContext]) -> None:
    """Offer the page as a resource; it declares no network, and its host grants it none."""
    from mcp.server.apps import APP_MIME_TYPE
    from mcp.server.mcpserver.resources import TextResource

    from ..page import page

    server.add_resource(
        TextResource(
            uri=URI,
            name="live-view",
            title="Live view of a machine",
            mime_type=APP_MIME_TYPE,
            text=page(),
        )
    )
