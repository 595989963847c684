"""The live view in a real browser, on the loopback page, with a model beside it."""

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest
from anyio import to_thread
from mcp import Client
from mcp.client import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import Sleep
from coasty_mcp.server.machine_control import MachineControl
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.chromium import Page, browser_page, needs_chromium
from support.mcp_client import Clock, error, picture, structured, text

NAME = "<img src=x onerror=alert(1)>"
SETTINGS = Settings(sandbox=True, toolsets=("all",))


@dataclass
class Model:
    """A model with a machine, whose calls the person watches."""

    client: Client
    machine_id: str

    async def call(self, tool: str, **arguments: Any) -> Any:
        return await self.client.call_tool(tool, {"machine_id": self.machine_id, **arguments})

    async def act(self, command: str, **parameters: Any) -> Any:
        return await self.call(
            "coasty_execute_machine_action", command=command, parameters=parameters
        )

    async def address(self) -> str:
        return structured(await self.call("coasty_open_live_view"))["address"]


@asynccontextmanager
async def watched(sleep: Sleep | None = None) -> AsyncGenerator[Model]:
    door, http = LiveViewDoor(), sandbox_client(World())
    patience = sleep or Clock().sleep
    server = build_server(SETTINGS, TOOLSETS, http, patience, open_view=door.open)
    try:
        async with Client(server) as client:
            made = await client.call_tool("coasty_provision_machine", {"display_name": NAME})
            yield Model(client, structured(made)["machine"]["id"])
    finally:
        await door.close()


async def ask(client: httpx2.AsyncClient, address: str, **request: Any) -> Any:
    """Ask as the page does."""
    answer = await client.post(f"{address}/ask", json=request)
    said = answer.json()
    return said.get("error") or said["facts"]


async def test_the_person_stops_the_model_and_lets_it_go_on() -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        assert await ask(http, address, kind="stop") == {}
        refused = error(await model.act("click", x=5, y=5))
        assert refused["code"] == "STOPPED_BY_PERSON"
        assert not (await model.call("coasty_take_machine_screenshot")).is_error
        await ask(http, address, kind="release")
        assert not (await model.act("click", x=5, y=5)).is_error


async def test_the_person_takes_over_and_hands_back_with_a_note() -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        assert "Take over first" in await ask(
            http, address, kind="act", page="a", command="type", parameters={"text": "x"}
        )
        await ask(http, address, kind="take_over", page="a")
        refused = error(await model.act("click", x=5, y=5))
        assert refused["code"] == "HUMAN_IN_CONTROL"
        assert f'coasty_ask_person(machine_id="{model.machine_id}"' in refused["suggestion"]
        assert "Another page" in await ask(http, address, kind="take_over", page="b")
        done = await ask(
            http, address, kind="act", page="a", command="click", parameters={"x": 9, "y": 9}
        )
        assert done == {"success": True}
        assert "clicks, types" in await ask(
            http, address, kind="act", page="a", command="file_delete", parameters={"path": "/"}
        )
        await ask(http, address, kind="hand_back", page="a", note="I am\nlogged in")
        first, second = await model.act("click", x=5, y=5), await model.act("click", x=5, y=5)
        assert r'says: "I am\nlogged in"' in text(first)
        assert "logged in" not in text(second)


async def test_the_model_asks_for_the_person_and_goes_on_when_they_answer() -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)

        async def answered() -> None:
            while not (state := await ask(http, address, kind="state"))["wanted"]:
                await anyio.lowlevel.checkpoint()
            assert state["wanted"] == "Solve the captcha"
            await ask(http, address, kind="take_over", page="a")
            await ask(http, address, kind="hand_back", page="a", note="solved")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(answered)
            asked = await model.call("coasty_ask_person", reason="Solve the captcha")
            assert structured(asked)["handed_back"] is True
            assert 'The person says: "solved"' in text(asked)


async def test_an_answer_between_two_calls_is_not_lost() -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        waits = await model.call("coasty_ask_person", reason="Log in")
        assert "has not answered yet" in text(waits)
        await ask(http, address, kind="hand_back", page="a", note="logged in")
        again = await model.call("coasty_ask_person", reason="Log in")
        assert 'The person says: "logged in"' in text(again)
        new = await model.call("coasty_ask_person", reason="Solve the captcha")
        assert "has not answered yet" in text(new)


@pytest.mark.parametrize("kind", ["stop", "take_over"])
async def test_what_the_model_is_doing_ends_when_the_person_steps_in(kind: str) -> None:
    under_way = anyio.Event()

    async def sleep(_: float) -> None:
        under_way.set()
        await anyio.sleep_forever()

    answers: list[CallToolResult] = []
    async with watched(sleep) as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)

        async def act() -> None:
            actions = [{"command": "wait", "parameters": {"seconds": 30}}, {"command": "done"}]
            answers.append(await model.call("coasty_execute_machine_action", actions=actions))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(act)
            await under_way.wait()
            await ask(http, address, kind=kind, page="a")
    [stopped] = answers
    assert error(stopped)["code"] == "STOPPED_BY_PERSON"
    assert "in the middle" in text(stopped)


async def test_an_open_page_keeps_what_its_person_took_over() -> None:
    time = [0.0]
    control = MachineControl(now=lambda: time[0])
    control.take_over("mch_1", "a")
    for _ in range(5):
        time[0] += 500
        assert control.seen("mch_1", "a").holder == "person"
    time[0] += 601
    assert control.of("mch_1").holder == "model"


async def test_an_address_opens_once_and_only_for_its_page() -> None:
    async with watched() as model, httpx2.AsyncClient() as http, httpx2.AsyncClient() as other:
        address = await model.address()
        assert (await other.post(f"{address}/ask", json={"kind": "state"})).status_code == 403
        opened = await http.get(address)
        assert opened.status_code == 200
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert "SameSite=strict" in opened.headers["set-cookie"]
        assert "connect-src 'self'" in opened.text
        assert (await other.get(address)).status_code == 403
        assert (await http.get(address)).status_code == 200
        assert (await other.post(f"{address}/ask", json={"kind": "state"})).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
async def test_pages_of_others_are_refused(headers: dict[str, str]) -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        answer = await http.post(f"{address}/ask", json={"kind": "stop"}, headers=headers)
        assert answer.status_code in {403, 421}
        assert not (await model.act("click", x=5, y=5)).is_error


async def test_a_page_that_fell_silent_is_forgotten() -> None:
    time = [0.0]
    door = LiveViewDoor(now=lambda: time[0])
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()), open_view=door.open)
    async with Client(server) as client, httpx2.AsyncClient() as http:
        model = Model(client, "mch_1")
        address = await model.address()
        await http.get(address)
        time[0] = 601
        assert "too old" in await ask(http, address, kind="stop")
        assert (await http.get(address)).status_code == 403
    await door.close()


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"kind": "own"}', b"x" * 200_000, b"\xff"])
async def test_what_a_page_cannot_ask_is_refused_in_words(body: bytes) -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        answer = await http.post(
            f"{address}/ask", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json() == {"error": "The page asks for what there is not."}


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


async def test_without_the_toolset_nothing_of_it_is_declared() -> None:
    async with Client(build_server(Settings(sandbox=True), TOOLSETS)) as client:
        assert client.server_capabilities.resources is None


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


def value(page: Page, script: str) -> Any:
    return page.evaluate(f"drawn.then(() => {script})")


FRAME = "live.frame.digest"
NEW_FRAME = """new Promise(done => (function look() {
  if (live.frame.digest && live.frame.digest !== OLD) done(true); else setTimeout(look, 20);
})())"""


FIRST_STEP = """new Promise(done => (function look() {
  const step = document.getElementById("steps").lastElementChild;
  if (step && step.textContent.includes("navigate")) done(step.textContent);
  else setTimeout(look, 20);
})())"""


@needs_chromium
async def test_a_frame_shows_what_an_action_did_within_a_second(page: Page) -> None:
    async with watched() as model:
        address = await model.address()
        await to_thread.run_sync(page.open, address)
        await to_thread.run_sync(page.evaluate, NEW_FRAME.replace("OLD", "null"))
        before = await to_thread.run_sync(page.evaluate, FRAME)
        await model.act("browser_navigate", url="https://example.com/contact")
        with anyio.fail_after(10):
            await to_thread.run_sync(page.evaluate, NEW_FRAME.replace("OLD", json.dumps(before)))
            told = await to_thread.run_sync(page.evaluate, FIRST_STEP)
        assert "browser_navigate" in told
        assert await to_thread.run_sync(page.evaluate, "document.images.length") == 0


@needs_chromium
@pytest.mark.parametrize("width", [500, 900, 1400])
async def test_a_click_on_the_page_lands_on_the_right_pixel(page: Page, width: int) -> None:
    async with watched() as model:
        address = await model.address()
        await to_thread.run_sync(page.open, address, width, 800)
        await to_thread.run_sync(page.evaluate, NEW_FRAME.replace("OLD", "null"))
        await to_thread.run_sync(page.evaluate, "find('takeover').onclick()")
        box = await to_thread.run_sync(
            page.evaluate,
            "drawn.then(() => (({left, top, width, height}) => ({left, top, width, height}))"
            "(find('screen').getBoundingClientRect()))",
        )
        await to_thread.run_sync(
            page.evaluate,
            "window.sent = []; live.was = live.ask;"
            "live.ask = (r) => { if (r.kind === 'act') sent.push(r); return live.was(r); }",
        )
        at = box["left"] + box["width"] * 0.25, box["top"] + box["height"] * 0.5
        await to_thread.run_sync(page.click, *at)
        [sent] = await to_thread.run_sync(
            page.evaluate,
            "new Promise(done => (function look() {"
            " if (sent.length) done(sent); else setTimeout(look, 20); })())",
        )
        assert sent["command"] == "click"
        assert sent["parameters"]["x"] == pytest.approx(480, abs=3)
        assert sent["parameters"]["y"] == pytest.approx(540, abs=3)
