"""The page is a mouse and a keyboard for one machine, within the policy of the server."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.mcp_client import structured
from support.watched import SETTINGS, Model, Visitor, page_of, watched


@asynccontextmanager
async def reading(model: Model, http: AsyncClient, settings: Settings) -> AsyncGenerator[Visitor]:
    """A page of another server, over the same machine."""
    door = LiveViewDoor()
    server = build_server(settings, TOOLSETS, http, open_view=door.open)
    try:
        async with Client(server) as client, page_of(Model(client, model.machine_id)) as page:
            yield page
    finally:
        await door.close()


@pytest.mark.parametrize("command", ["terminal_execute", "file_delete", "browser_execute", "raw"])
async def test_it_is_a_mouse_and_a_keyboard_and_nothing_else(command: str) -> None:
    async with watched() as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        said = await page.ask("act", page="a", command=command, parameters={"path": "notes.txt"})
        assert said == "A page clicks, types, presses keys, scrolls and drags."


async def test_the_servers_action_policy_holds_for_it(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"blocked_keys": ["ctrl+w"]}))
    settings = SETTINGS.model_copy(update={"action_policy": policy})
    async with watched(settings=settings) as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        for keys in (["ctrl", "w"], ["control", "W"], ["ctrl+w"]):
            said = await page.ask("act", page="a", command="key_combo", parameters={"keys": keys})
            assert "against the action policy" in said


async def test_where_the_server_only_reads_the_page_only_watches() -> None:
    settings, http = SETTINGS.model_copy(update={"read_only": True}), sandbox_client(World())
    async with watched(http=http) as model, reading(model, http, settings) as page:
        assert (await page.ask("state"))["only_watched"]
        asked: list[tuple[str, dict[str, Any]]] = [
            ("take_over", {"page": "a"}),
            ("act", {"command": "click", "parameters": {"x": 1, "y": 1}}),
            ("hand_back", {"page": "a", "run": "run_1"}),
            *((kind, {}) for kind in ("start", "end", "terminate")),
        ]
        for kind, fields in asked:
            said = await page.ask(kind, **fields)
            assert said == "This server only reads (--read-only): its page only watches.", kind
        assert await page.ask("stop") == {}


async def test_it_reaches_the_machine_of_its_address_alone() -> None:
    async with watched() as model, page_of(model) as page:
        made = await model.client.call_tool("coasty_provision_machine", {"display_name": "other"})
        other = structured(made)["machine"]["id"]
        await page.ask("stop", machine_id=other)
        assert (await model.act("click", x=5, y=5)).is_error
        elsewhere = await model.client.call_tool("coasty_stop_machine", {"machine_id": other})
        assert not elsewhere.is_error


async def test_a_number_beyond_all_bounds_reaches_no_machine() -> None:
    async with watched() as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        for place in ({"x": 10**4000, "y": 1}, {"x": 1, "y": [-(10**4000)]}):
            said = await page.ask("act", page="a", command="click", parameters=place)
            assert said == "A page acts within the screen."
