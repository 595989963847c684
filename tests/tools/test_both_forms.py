"""What every tool says: the same in text and in structured content."""

import re
from typing import Any, cast

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import seated, text
from support.tool_cases import tool_cases

EVERY_TOOL = Settings(sandbox=True, toolsets=("all",))
NAMES = [tool.name for each in TOOLSETS if each.name != "local" for tool in each.tools]
FACT = re.compile(r"https?://\S+|\$\d[\d.]*|[a-z]+_test_\w+|\b[\w-]*\d{2}[\w:.-]*\w")
"""URLs, sums of money, ids and numbers."""

each_tool = pytest.mark.parametrize("name", NAMES)


def values(said: Any) -> str:
    """Return all that a structure says, as one text."""
    match said:
        case dict():
            items = cast("dict[str, Any]", said).items()
            return "\n".join(f"{key}\n{values(each)}" for key, each in items)
        case list():
            return "\n".join(map(values, cast("list[Any]", said)))
        case _:
            return str(said)


@each_tool
async def test_structured_content_tells_each_fact_that_the_text_tells(
    world: World, name: str
) -> None:
    """Some hosts show the model one of the two, some the other."""
    arguments = tool_cases(fill_account(world))[name].works
    async with seated("auto", world, settings=EVERY_TOOL) as model:
        done = await model.call_tool(name, arguments)
    if done.structured_content is None:
        return
    told = values(done.structured_content)
    shown = text(done).replace("\n| ", "\n").replace("\\n", "\n")
    facts = [fact.rstrip(".,:;)") for fact in FACT.findall(shown)]
    frames = re.findall(r"up to the next (\w+):", text(done))
    sums = [fact for fact in facts if fact[0] == "$" and as_credits(fact) in told]
    assert {fact for fact in facts if fact not in told} <= {*frames, *sums}


def as_credits(dollars: str) -> str:
    """Return a sum of money as structured content has it."""
    return str(round(100 * float(dollars[1:])))
