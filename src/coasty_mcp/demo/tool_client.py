"""Calls tools as a host does, and measures how long each call takes."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, ImageContent, TextContent

from ..screens import Picture


class DemoFailed(Exception):
    """Why the demo cannot go on, in a sentence."""


@dataclass(frozen=True)
class Answer:
    """The result of one tool call, and how many seconds it took."""

    tool: str
    result: CallToolResult
    seconds: float

    @property
    def content(self) -> dict[str, Any]:
        return self.result.structured_content or {}

    @property
    def text(self) -> str:
        blocks = self.result.content
        return "\n".join(block.text for block in blocks if isinstance(block, TextContent))

    @property
    def picture(self) -> Picture:
        for block in self.result.content:
            if isinstance(block, ImageContent):
                return Picture.from_base64(block.data)
        raise DemoFailed(f"{self.tool} answered without a picture.")


class ToolClient:
    """An MCP client that counts its calls."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.calls = 0

    async def call(self, tool: str, **arguments: object) -> Answer:
        """Call a tool; raises `DemoFailed` where the result is an error."""
        answer = await self.try_call(tool, **arguments)
        if answer.result.is_error:
            raise DemoFailed(f"{tool} failed. {answer.text}")
        return answer

    async def try_call(self, tool: str, **arguments: object) -> Answer:
        """Call a tool, and return its result even if that is an error."""
        self.calls += 1
        started = monotonic()
        result = await self.client.call_tool(tool, arguments)
        return Answer(tool, result, monotonic() - started)
