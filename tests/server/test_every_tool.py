"""What holds for every tool: each is called once with success and once without."""

import json
from typing import Any

import jsonschema
import pytest
from mcp import Client

from coasty_mcp.sandbox import World
from coasty_mcp.server.rendering import REQUEST_ID
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.fakes import Flaky, refusal
from support.full_account import fill_account
from support.mcp_client import Clock, Era, error, holds_base64, seated, structured, text
from support.published_once import publish
from support.tool_cases import tool_cases

TOOLSET_OF = {tool.name: each.name for each in TOOLSETS for tool in each.tools}
NAMES = {name for name, toolset in TOOLSET_OF.items() if toolset != "local"}
PICTURE_ALWAYS = {
    "coasty_take_machine_screenshot",
    "coasty_execute_machine_action",
    "coasty_use_browser",
}
WITHOUT_ARGUMENTS = {
    tool.name
    for each in TOOLSETS
    for tool in each.tools
    if not publish(tool).parameters["properties"]
}
"""They can be called wrongly by nobody, only refused by the API."""
REQUESTS = 6
"""Of the tool that asks the API most often."""
REFUSED = refusal(422, "VALIDATION_ERROR", message="The API says no.", retryable=False)
SENDS_NOTHING = {"coasty_validate_workflow", "coasty_open_live_view", "coasty_ask_person"}

each_tool = pytest.mark.parametrize("name", sorted(NAMES))


def only(name: str) -> Settings:
    """A server with the tool and its next ones."""
    return Settings(sandbox=True, toolsets=(TOOLSET_OF[name],))


async def test_every_tool_has_a_call_that_works_and_one_that_fails(world: World) -> None:
    missing = NAMES - tool_cases(fill_account(world)).keys()
    assert not missing, f"give {', '.join(missing)} a Case in tests/support/tool_cases.py"


async def output_schema(model: Client, name: str) -> dict[str, Any]:
    listed = {tool.name: tool.output_schema for tool in (await model.list_tools()).tools}
    return listed[name] or {}


@each_tool
async def test_a_success_stands_in_the_text_and_again_in_the_structure(
    era: Era, world: World, name: str
) -> None:
    arguments = tool_cases(fill_account(world))[name].works
    async with seated(era, world, settings=only(name), sleep=Clock().sleep) as model:
        done = await model.call_tool(name, arguments)
        schema = await output_schema(model, name)
    assert not done.is_error, text(done)
    assert text(done).strip()
    assert not holds_base64(done)
    if name not in SENDS_NOTHING:
        assert (done.meta or {})[REQUEST_ID].startswith("req_")
    if name in PICTURE_ALWAYS:
        assert done.structured_content is None
        assert [block.type for block in done.content] == ["image", "text"]
        return
    said = structured(done)
    jsonschema.validate(said, schema)
    assert schema.get("properties", {}).keys() - {"error"} <= said.keys()
    written = json.dumps(said)
    assert "req_" not in written
    assert "null" not in written
    assert ("next" in said) == ("\nNext: " in text(done))
    assert text(done).endswith(f"\nNext: {said['next']}" if "next" in said else "")
    assert "null" not in text(done)
    assert "None" not in text(done)


@each_tool
async def test_a_failure_is_a_sentence_and_a_structured_error(
    era: Era, world: World, name: str
) -> None:
    case = tool_cases(fill_account(world))[name]
    api = None if name not in WITHOUT_ARGUMENTS else Flaky(*REQUESTS * [REFUSED]).client()
    async with seated(era, world, api, settings=only(name)) as model:
        refused = await model.call_tool(name, case.fails)
        schema = await output_schema(model, name)
    facts = error(refused)
    assert not holds_base64(refused)
    jsonschema.validate(refused.structured_content, schema)
    assert facts["code"] == case.code
    assert text(refused).startswith(f"{facts['message']} {facts['suggestion']} ({case.code}")
    assert {"type", "retryable", "suggestion"} <= facts.keys()
    assert None not in facts.values()
