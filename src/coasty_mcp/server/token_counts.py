"""Counts the tokens of what a model sees, for `coasty-mcp tools` and the README."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from .published_tool import publish
from .tool import Tool

BYTES_PER_TOKEN = 4.3
"""Measured with o200k_base on our own tools; a test holds it."""


def tokens(tool: Tool, *, local: bool = True) -> int:
    """Return about how many tokens a tool takes: its name, description and input schema."""
    schema = publish(tool, frozenset(), local=local).parameters
    visible = [tool.name, tool.description, json.dumps(schema, separators=(",", ":"))]
    return round(sum(len(part.encode()) for part in visible) / BYTES_PER_TOKEN)


def effect(tool: Tool) -> str:
    """Return the four hints in one or two words."""
    if tool.effect.read_only_hint:
        return "reads"
    return "may destroy" if tool.effect.destructive_hint else "adds or switches"


def rows(tools: Sequence[Tool], *, local: bool = True) -> Iterable[str]:
    """Yield a line for each tool and for each toolset, then the sum."""
    sums = Counter[str]()
    for tool in tools:
        count = tokens(tool, local=local)
        sums[tool.toolset] += count
        yield f"{tool.name:32} {tool.toolset:10} {effect(tool):17} {count:5}"
    for toolset, total in sums.items():
        yield f"{'':32} {toolset:10} {'in all':17} {total:5}"
    yield f"{len(tools)} tools, about {sums.total()} tokens"
