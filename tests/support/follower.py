"""A model that does what each result's next line says, and nothing else."""

from typing import Any

from mcp import Client
from mcp.types import CallToolResult

from support.mcp_client import text, written_call

MOST_TURNS = 30


async def follow(model: Client, tool: str, arguments: dict[str, Any]) -> list[CallToolResult]:
    """Make the first call, then each call that a next line names; return all results."""
    results = list[CallToolResult]()
    while len(results) < MOST_TURNS:
        results.append(await model.call_tool(tool, arguments))
        last = text(results[-1]).splitlines()[-1]
        if not last.startswith("Next: "):
            return results
        tool, arguments = written_call(last.removeprefix("Next: "))
    raise AssertionError(f"Still going on after {MOST_TURNS} turns.")
