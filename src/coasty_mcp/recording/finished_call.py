"""A call of a tool, with its result, as those who watch or record the session are told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcp.types import CallToolResult, ImageContent, TextContent


@dataclass(frozen=True)
class FinishedCall:
    """One call and what the model was shown for it."""

    tool: str
    arguments: dict[str, Any]
    result: CallToolResult
    started_at: datetime
    seconds: float
    credits: int = 0
    """What the API charged for it."""
    untrusted: bool = True
    """Whether a machine or an agent may have said what is in the result."""
    machine_id: str = ""
    """The machine that it is about, if any."""

    @property
    def text(self) -> str:
        """Return all text of the result."""
        return "\n".join(each.text for each in self.result.content if isinstance(each, TextContent))

    @property
    def pictures(self) -> list[ImageContent]:
        """Return the pictures of the result."""
        return [each for each in self.result.content if isinstance(each, ImageContent)]

    @property
    def screenshot_id(self) -> str | None:
        """Return the id of the first picture of a screen; only lines of ours begin with one."""
        firsts = (line.split(maxsplit=1)[0] for line in self.text.splitlines() if line.strip())
        return next((each for each in firsts if each.startswith("shot_")), None)

    @property
    def structured(self) -> dict[str, Any]:
        """Return the structured content; empty where there is none."""
        return self.result.structured_content or {}

    @property
    def error_code(self) -> str | None:
        """Return the code of the failure, or None where the call succeeded."""
        facts: dict[str, Any] = self.structured.get("error") or {}
        return str(facts.get("code") or "ERROR") if self.result.is_error else None


CallObserver = Callable[[FinishedCall], None]
"""Is told of each call when it has ended, before the host is; raises nothing."""
