"""Actions on this computer's own screen, as a model takes them."""

from typing import Any

from mcp import Client

from coasty_mcp.settings import Settings
from support.mcp_client import structured

SHIFT, CAPS_LOCK, CONTROL = 1, 2, 4
"""Bits of the state of X11's events."""
ALLOWED = Settings(sandbox=True, toolsets=("local", "predict"), allow_local_control=True)


async def do(model: Client, action_type: str, **arguments: Any) -> str:
    done = await model.call_tool("coasty_do_on_screen", {"action_type": action_type, **arguments})
    [what] = structured(done)["done"]
    return what
