"""A new agent finds out at once what its key may do, what things cost, and which engines exist."""

import json

import pytest
from httpx2 import Response

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.settings import Settings
from support.fakes import Flaky
from support.mcp_client import LIVE_KEY, Era, error, seated, structured, text

CAPABILITIES, PRICING, MODELS = (
    "coasty_get_capabilities",
    "coasty_get_pricing",
    "coasty_list_models",
)
ORIENTING = Settings(sandbox=True, toolsets=("default", "discovery"))


@pytest.mark.parametrize(("key", "mode"), [(None, "test"), (LIVE_KEY, "live")])
async def test_a_key_with_all_scopes_lacks_nothing(
    era: Era, world: World, key: str | None, mode: str
) -> None:
    http = sandbox_client(world, key) if key else sandbox_client(world)
    async with seated(era, http=http, settings=ORIENTING) as model:
        found = await model.call_tool(CAPABILITIES, {})
    said = structured(found)
    assert said["key_mode"] == mode
    assert said["scopes"]["usage"] is said["scopes"]["workflows:read"] is True
    assert f"The kind of key is {mode}." in text(found).splitlines()
    assert "It lacks" not in text(found)
    assert "Not known yet: predict, ground, parse, keys," in text(found)


@pytest.mark.parametrize(
    "held", [["predict", "machines:read"], ["usage", "machines:read"], ["usage", "schedules:read"]]
)
async def test_a_key_with_few_scopes_is_told_what_it_lacks(
    era: Era, world: World, held: list[str]
) -> None:
    http = sandbox_client(world, world.mint(held))
    async with seated(era, http=http, settings=ORIENTING) as model:
        found = await model.call_tool(CAPABILITIES, {})
    scopes = structured(found)["scopes"]
    assert sorted(scope for scope, has in scopes.items() if has) == sorted(held)
    assert len(scopes) == 23
    assert f"Its scopes: {', '.join(scope for scope in scopes if scope in held)}." in text(found)
    assert "It lacks: " in text(found)
    assert "runs:write" in text(found)
    assert "Not known" not in text(found)


async def test_a_wrong_key_is_said_to_be_wrong(world: World) -> None:
    async with seated(http=sandbox_client(world, "nonsense"), settings=ORIENTING) as model:
        refused = await model.call_tool(CAPABILITIES, {})
    assert error(refused)["code"] == "INVALID_API_KEY"


async def test_only_what_this_server_offers_is_told(era: Era, world: World) -> None:
    settings = Settings(
        sandbox=True, toolsets=("predict", "runs", "discovery"), exclude_tools=("coasty_parse",)
    )
    async with seated(era, world, settings=settings) as model:
        found = await model.call_tool(CAPABILITIES, {})
        listed = [tool.name for tool in (await model.list_tools()).tools]
    said = structured(found)
    assert [name for names in said["toolsets"].values() for name in names] == listed
    assert said["toolsets"]["predict"] == ["coasty_predict", "coasty_ground"]
    assert said["how_to"] == [
        "To reach a goal on a screen: coasty_predict, carry it out, until done.",
        "To hand over a whole task: coasty_start_run.",
    ]
    assert "coasty_create_schedule" not in text(found) + json.dumps(said)


async def test_everything_that_costs_something_has_its_price(era: Era, world: World) -> None:
    async with seated(era, world, settings=ORIENTING) as model:
        priced = await model.call_tool(PRICING, {})
    said = structured(priced)
    assert said["credits"]["a prediction"] == "5 credits"
    assert said["machines"]["runtime"]["windows"]["running_credits_per_hour"] == 9
    assert "a new session: 10 credits, without surcharges" in text(priced).splitlines()


async def test_the_engines_and_action_types_are_named(era: Era, world: World) -> None:
    async with seated(era, world, settings=ORIENTING) as model:
        models = await model.call_tool(MODELS, {})
    newest = [each["id"] for each in structured(models)["cua_versions"] if each["latest"]]
    assert newest == ["v5"]
    assert any(line.startswith("v5 (newest): ") for line in text(models).splitlines())
    assert "Actions: click, type_text," in text(models)


async def test_an_api_without_models_is_said_to_be_no_coasty() -> None:
    strange = Flaky(Response(200, json={}))
    async with seated(http=strange.client(), settings=ORIENTING) as model:
        refused = await model.call_tool(MODELS, {})
    assert error(refused)["code"] == "UNEXPECTED_REPLY"


async def test_a_single_tool_joins_the_default_ones(era: Era) -> None:
    one_more = Settings(sandbox=True, tools=("coasty_start_run",))
    async with seated(era, settings=one_more) as model:
        listed = [tool.name for tool in (await model.list_tools()).tools]
        instructions = model.instructions or ""
    assert len(listed) == 25
    assert "coasty_start_run" in listed
    assert "Delegate: " in instructions
    assert "Compose: " not in instructions


async def test_a_read_only_server_starts_nothing_and_shows_no_secrets(era: Era) -> None:
    reading = Settings(
        sandbox=True, toolsets=("all",), tools=("coasty_get_connection",), read_only=True
    )
    async with seated(era, settings=reading) as model:
        listed = {tool.name for tool in (await model.list_tools()).tools}
    assert {
        "coasty_watch_run",
        "coasty_list_runs",
        "coasty_read_files",
        "coasty_validate_workflow",
    } <= listed
    assert not listed & {
        "coasty_start_run",
        "coasty_cancel_run",
        "coasty_get_connection",
        "coasty_use_browser",
    }
