"""Tools as the SDK serves them, each made once: to make them is most of a server's start."""

from typing import cast

from coasty_mcp.server import published_tool
from coasty_mcp.server.published_tool import PublishedTool
from coasty_mcp.server.tool import Function, Tool

_published: dict[tuple[Function, bool], PublishedTool] = {}


def publish(
    tool: Tool, offered: frozenset[str] = frozenset(), *, local: bool = True
) -> PublishedTool:
    """Return the tool as the SDK serves it; nobody may change its parts."""
    key = (tool.function, local)
    if key not in _published:
        made = published_tool.publish(tool, frozenset(), local=local)
        _published[key] = cast("PublishedTool", made)
    return _published[key].model_copy(update={"offered": offered})
