"""No number is too large to be refused in words, wherever in a call it stands."""

from collections.abc import Iterator
from typing import Any

import pytest

from coasty_mcp.api.commands import COMMANDS
from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.api.rules import Schema
from coasty_mcp.sandbox import World
from coasty_mcp.server.arguments import normalised
from coasty_mcp.server.tool import Tool
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import Clock, error, seated, text
from support.published_once import publish
from support.tool_cases import tool_cases

HUGE = [10**4000, -(10**4000), 1e308, -1e308, 2**53 + 1, 10**5000]
NO_NUMBER = [float("inf"), float("-inf"), float("nan")]
"""JSON has none of them, but some of its readers do."""
TOOLS = [tool for each in TOOLSETS for tool in each.tools]


def with_number(schema: Schema, number: object) -> Iterator[Any]:
    """Yield values of a schema that hold the number, one for each place that it can stand at."""
    match schema["type"]:
        case "integer" | "number":
            yield number
        case "array":
            yield from ([each] for each in with_number(schema.get("items", FREE), number))
        case "object":
            yield {"x": number}
            yield {"x": [{"y": number}]}
            for name, child in schema.get("properties", {}).items():
                yield from ({name: each} for each in with_number(child, number))
        case _:
            pass


FREE: Schema = {"type": "object"}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_number_beyond_all_bounds_is_refused_in_words_by_every_tool(tool: Tool) -> None:
    schema = publish(tool).full_schema
    for number in HUGE + NO_NUMBER:
        for name, argument in schema["properties"].items():
            for value in with_number(argument, number):
                with pytest.raises(
                    InvalidRequest, match=rf"^(Each number in )?{name} must be "
                ) as refused:
                    normalised({name: value}, schema, careful=True)
                assert len(str(refused.value)) < 300


async def test_a_machine_never_sees_a_number_beyond_all_bounds(world: World) -> None:
    account, tool = fill_account(world), "coasty_execute_machine_action"
    machine, settings = {"machine_id": account.machine}, Settings(sandbox=True)
    async with seated(world=world, settings=settings, sleep=Clock().sleep) as model:
        for name, command in COMMANDS.items():
            for parameter in command.names:
                given = {**command.example, parameter: 10**4000}
                one = {"command": name, "parameters": given}
                for call in (one, {"actions": [{"action_type": name, "params": given}]}):
                    refused = await model.call_tool(tool, {**machine, **call})
                    assert error(refused)["code"] == "VALIDATION_ERROR", text(refused)
                    assert text(refused).startswith(f"Each number in {[*call][-1]} must be ")


async def test_a_giant_number_in_place_of_any_text_is_no_failure_of_ours(world: World) -> None:
    cases = tool_cases(fill_account(world))
    settings = Settings(sandbox=True, toolsets=("all",))
    async with seated(world=world, settings=settings, sleep=Clock().sleep) as model:
        for name, case in cases.items():
            for argument in case.works:
                refused = await model.call_tool(name, {**case.works, argument: 10**4000})
                assert error(refused)["code"] == "VALIDATION_ERROR", text(refused)
                assert len(text(refused)) < 600
