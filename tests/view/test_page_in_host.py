"""The page of the live view in a host with MCP Apps, and what one without sees of it."""

import json
from typing import Any

import pytest
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult, ElicitResult

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.asked_person import LIVE, Person
from support.mcp_client import LIVE_KEY, error, new_machine, picture, structured, text
from support.watched import SETTINGS, Model


@pytest.fixture
def ours(world: World) -> Machine:
    """A running machine of the live key."""
    return new_machine(world.accounts["live"])


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_a_host_without_pages_never_sees_the_tool_of_the_page(era: Any) -> None:
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()))
    async with Client(server, mode=era) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert "coasty_open_live_view" in names
        assert "coasty_live_view_page" not in names
        message = {"kind": "stop", "machine_id": "mch_1"}
        refused = await client.call_tool("coasty_live_view_page", {"message": message})
        assert error(refused)["code"] == "UNKNOWN_TOOL"


async def test_in_a_host_with_pages_the_page_sees_acts_and_hands_back() -> None:
    """The host shows the resource, and passes on what its page asks by tools/call."""
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()))
    pages = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})
    async with Client(server, extensions=[pages]) as client:
        made = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
        model = Model(client, structured(made)["machine"]["id"])
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        shown = (tools["coasty_open_live_view"].meta or {})["ui"]["resourceUri"]
        [resource] = (await client.read_resource(shown)).contents
        assert resource.mime_type == APP_MIME_TYPE
        assert "is shown in the chat" in text(await model.call("coasty_open_live_view"))

        async def asked(**message: Any) -> CallToolResult:
            message = {"machine_id": model.machine_id, "page": "a", **message}
            return await client.call_tool("coasty_live_view_page", {"message": message})

        state = json.loads(text(await asked(kind="state")).splitlines()[0])
        assert (state["status"], state["holder"]) == ("running", "model")
        assert picture(await asked(kind="frame")).size.width == 1280
        await asked(kind="take_over")
        assert error(await model.act("click", x=5, y=5))["code"] == "HUMAN_IN_CONTROL"
        await asked(kind="hand_back", note="done")
        assert 'says: "done"' in text(await model.act("click", x=5, y=5))


async def test_consent_cannot_be_given_through_a_tool() -> None:
    """A host that shows its model the page's tool would let it agree to its own calls."""
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()))
    pages = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})
    async with Client(server, extensions=[pages]) as client:
        message = {"kind": "consent", "question": 1, "agreed": True}
        refused = await client.call_tool(
            "coasty_live_view_page", {"message": {**message, "machine_id": "mch_1"}}
        )
        assert "in the browser" in text(refused)


@pytest.mark.parametrize("confirm", ["auto", "always"])
async def test_a_model_that_reaches_the_pages_buttons_terminates_nothing_unasked(
    world: World, ours: Machine, confirm: Any
) -> None:
    person = Person(ElicitResult(action="decline"))
    settings = LIVE.model_copy(update={"confirm": confirm, "toolsets": ("view",)})
    pages = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    async with Client(server, extensions=[pages], elicitation_callback=person) as client:
        for kind in ("frame", "terminate"):
            message = {"kind": kind, "machine_id": ours.id, "page": "a"}
            answer = await client.call_tool("coasty_live_view_page", {"message": message})
            assert answer.is_error is (kind == "terminate"), text(answer)
    assert len(person.asked) == 1
    assert ours.status == "running"


async def test_without_the_toolset_nothing_of_it_is_declared() -> None:
    async with Client(build_server(Settings(sandbox=True), TOOLSETS)) as client:
        assert client.server_capabilities.resources is None
