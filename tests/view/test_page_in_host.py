"""The page of the live view in a host with MCP Apps, and what one without sees of it."""

import json
import re
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult, ElicitResult, TextResourceContents
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import AppContext
from coasty_mcp.server.http_client import HttpConnection
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.asked_person import LIVE, Person
from support.http_callers import ALICE, CAROL, REMOTE, calling, served
from support.mcp_client import LIVE_KEY, error, new_machine, picture, structured, text
from support.watched import SETTINGS, Model

PAGES = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})


async def key_of(client: Client) -> str:
    """What stands in the page that a host shows."""
    [page] = (await client.read_resource("ui://coasty/live-view")).contents
    assert isinstance(page, TextResourceContents)
    found = re.search(r'<meta name="key" content="(\w{64})">', page.text)
    assert found
    return found[1]


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
        sent = {"message": message, "key": "x"}
        refused = await client.call_tool("coasty_live_view_page", sent)
        assert error(refused)["code"] == "UNKNOWN_TOOL"


async def test_in_a_host_with_pages_the_page_sees_acts_and_hands_back() -> None:
    """The host shows the resource, and passes on what its page asks by tools/call."""
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()))
    async with Client(server, extensions=[PAGES]) as client:
        made = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
        model = Model(client, structured(made)["machine"]["id"])
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        shown = (tools["coasty_open_live_view"].meta or {})["ui"]["resourceUri"]
        [resource] = (await client.read_resource(shown)).contents
        assert resource.mime_type == APP_MIME_TYPE
        assert "is shown in the chat" in text(await model.call("coasty_open_live_view"))

        key = await key_of(client)

        async def asked(**message: Any) -> CallToolResult:
            message = {"machine_id": model.machine_id, "page": "a", **message}
            return await client.call_tool("coasty_live_view_page", {"message": message, "key": key})

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
    async with Client(server, extensions=[PAGES]) as client:
        message = {"kind": "consent", "question": 1, "agreed": True, "machine_id": "mch_1"}
        sent = {"message": message, "key": await key_of(client)}
        refused = await client.call_tool("coasty_live_view_page", sent)
        assert "in the browser" in text(refused)


@pytest.mark.parametrize("confirm", ["auto", "always"])
async def test_a_model_that_reaches_the_pages_buttons_terminates_nothing_unasked(
    world: World, ours: Machine, confirm: Any
) -> None:
    person = Person(ElicitResult(action="decline"))
    settings = LIVE.model_copy(update={"confirm": confirm, "toolsets": ("view",)})
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    async with Client(server, extensions=[PAGES], elicitation_callback=person) as client:
        key = await key_of(client)
        for kind, more in (("frame", {}), *ASKED_ABOUT):
            message = {"kind": kind, "machine_id": ours.id, "page": "a", **more}
            sent = {"message": message, "key": key}
            answer = await client.call_tool("coasty_live_view_page", sent)
            assert answer.is_error is (kind != "frame"), text(answer)
    assert len(person.asked) == len(ASKED_ABOUT)
    assert ours.status == "running"


ASKED_ABOUT: list[tuple[str, dict[str, str]]] = [
    ("terminate", {}),
    ("start", {}),
    ("hand_back", {"run": "run_1"}),
]


async def test_a_model_that_is_shown_the_pages_tool_releases_and_hands_back_nothing(
    world: World, ours: Machine
) -> None:
    """A host should show it to no model; what stands in the page alone no model is told."""
    person = Person()
    settings = LIVE.model_copy(update={"toolsets": ("default", "view")})
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    async with Client(server, extensions=[PAGES], elicitation_callback=person) as client:
        key, read = await key_of(client), list[CallToolResult]()

        async def asked(kind: str, key: str) -> CallToolResult:
            message = {"kind": kind, "machine_id": ours.id, "page": "a"}
            sent = {"message": message, "key": key}
            return await client.call_tool("coasty_live_view_page", sent)

        model = Model(client, ours.id)
        read.append(await model.call("coasty_open_live_view"))
        assert not (await asked("stop", key)).is_error
        for guess in ("", "x", LIVE_KEY, "\u00e9"):
            for kind in ("release", "hand_back", "take_over", "terminate", "state"):
                read.append(refused := await asked(kind, guess))
                assert text(refused).startswith("Only the page of the live view may ask")
        read.append(await model.act("click", x=5, y=5))
        assert error(read[-1])["code"] == "STOPPED_BY_PERSON"
        assert key not in str([each.model_dump_json() for each in read])
    assert person.asked == []


async def test_a_caller_gets_a_page_with_a_key_of_their_own() -> None:
    settings = REMOTE.model_copy(update={"toolsets": ("default", "view")})
    async with (
        served(settings) as address,
        calling(address, ALICE, extensions=[PAGES]) as alice,
        calling(address, CAROL, extensions=[PAGES]) as carol,
    ):
        hers = await key_of(carol)
        for key, known in ((await key_of(alice), True), (hers, False)):
            sent = {"message": {"kind": "release", "machine_id": "mch_1"}, "key": key}
            answer = await alice.call_tool("coasty_live_view_page", sent)
            assert answer.is_error is not known, text(answer)


def test_the_key_of_a_page_is_the_same_in_each_replica_and_another_for_each_caller() -> None:
    def key(settings: Settings) -> str:
        return AppContext(HttpConnection(settings, sandbox_client()), settings).page_key

    other = Settings(api_key=SecretStr("sk-coasty-live-" + "1" * 48))
    assert key(LIVE) == key(LIVE) != key(other)
    assert LIVE_KEY not in key(LIVE)
    assert key(Settings(sandbox=True)) != key(Settings(sandbox=True))


async def test_without_the_toolset_nothing_of_it_is_declared() -> None:
    server = build_server(Settings(sandbox=True), TOOLSETS)
    async with Client(server, extensions=[PAGES]) as client:
        assert client.server_capabilities.resources is None
        assert not [each for each in (await client.list_tools()).tools if "view" in each.name]
        with pytest.raises(MCPError):
            await key_of(client)
