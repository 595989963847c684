"""This computer's own screen on the page: seen and stopped, never acted on."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.command_process import coasty_mcp
from support.local_window import HEIGHT, WIDTH, x_server
from support.mcp_client import error, structured, text
from support.watched import Visitor

OWN = Settings(sandbox=True, toolsets=("default", "local", "view"), allow_local_control=True)


@asynccontextmanager
async def page_of_own_screen(settings: Settings) -> AsyncGenerator[tuple[Client, Visitor]]:
    door = LiveViewDoor()
    server = build_server(settings, TOOLSETS, sandbox_client(World()), open_view=door.open)
    async with Client(server) as client, httpx2.AsyncClient() as http:
        shown = structured(await client.call_tool("coasty_open_live_view", {}))
        await http.get(shown["address"])
        yield client, Visitor(http, shown["address"])
    await door.close()


@pytest.fixture(scope="module")
def display() -> Generator[str]:
    with x_server() as name:
        yield name


@pytest.mark.usefixtures("display")
async def test_the_person_sees_it() -> None:
    async with page_of_own_screen(OWN) as (_, page):
        frame = await page.ask("frame")
    assert (frame["width"], frame["height"]) == (WIDTH, HEIGHT)


async def test_the_person_watches_and_stops_but_does_not_act() -> None:
    async with page_of_own_screen(OWN) as (model, page):
        state = await page.ask("state")
        assert (state["name"], state["only_watched"]) == ("This computer", True)
        for kind in ("take_over", "act", "start", "end", "terminate", "runs"):
            assert "only watched" in await page.ask(kind, page="a")
        await page.ask("stop")
        wait = {"action_type": "wait", "params": {"seconds": 0}}
        refused = await model.call_tool("coasty_do_on_screen", wait)
        assert error(refused)["code"] == "STOPPED_BY_PERSON"
        [step] = (await page.ask("state"))["steps"]
        assert step["tool"] == "coasty_do_on_screen"


@pytest.mark.parametrize(
    "unlike",
    [{"allow_local_control": False}, {"transport": "streamable-http", "toolsets": ("view",)}],
)
async def test_it_is_shown_only_where_its_user_allowed_it(unlike: dict[str, object]) -> None:
    server = build_server(
        OWN.model_copy(update=unlike), TOOLSETS, sandbox_client(World()), open_view=None
    )
    async with Client(server) as client:
        refused = await client.call_tool("coasty_open_live_view", {})
        assert "only over stdio and with --allow-local-control" in text(refused)


def test_the_command_asks_for_a_machine_where_it_may_not_show_this_computer(tmp_path: Path) -> None:
    ended = coasty_mcp("view", "--sandbox", cwd=tmp_path)
    assert ended.returncode == 1
    assert "Name a machine" in ended.stderr
