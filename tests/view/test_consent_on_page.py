"""Where the host leads the person to an address, they approve or decline on the page."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx2
import pytest
from anyio import to_thread
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.types import (
    INTERNAL_ERROR,
    ElicitRequestFormParams,
    ElicitRequestParams,
    ElicitRequestURLParams,
    ElicitResult,
    InputRequiredResult,
)
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server import page_consent
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import Sleep
from coasty_mcp.server.questions import Questions
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.chromium import Page, browser_page, needs_chromium
from support.mcp_client import LIVE_KEY, Clock, Era, error, new_machine, structured, text
from support.watched import Visitor

LIVE = Settings(api_key=SecretStr(LIVE_KEY), confirm="auto", toolsets=("all",))
TERMINATE, PROVISION = "coasty_terminate_machine", "coasty_provision_machine"
Visit = Callable[[str], Awaitable[object]]


async def nowhere(_: str) -> None:
    """The person opens the page and does nothing there."""


@dataclass
class Host:
    """Leads the person to the page, where they do what a test says."""

    visit: Visit = nowhere
    action: Any = "accept"
    asked: list[ElicitRequestParams] = field(default_factory=list[ElicitRequestParams])

    async def __call__(
        self, context: ClientRequestContext, params: ElicitRequestParams
    ) -> ElicitResult:
        self.asked.append(params)
        if isinstance(params, ElicitRequestFormParams):
            return ElicitResult(action="accept", content={"agree": True})
        await self.visit(params.url)
        return ElicitResult(action=self.action)


@asynccontextmanager
async def seated(
    host: Host, world: World, era: Era = "auto", sleep: Sleep | None = None
) -> AsyncGenerator[Client]:
    door = LiveViewDoor()
    http = sandbox_client(world, LIVE_KEY)
    server = build_server(LIVE, TOOLSETS, http, sleep or Clock().sleep, open_view=door.open)
    try:
        async with Client(server, mode=era, elicitation_callback=host) as model:
            yield model
    finally:
        await door.close()


@pytest.fixture
def ours(world: World) -> Machine:
    return new_machine(world.accounts["live"], display_name="<b>desk")


def answering(agreed: bool) -> Visit:
    """The person opens the page, reads, and presses one of the buttons."""

    async def visit(address: str) -> None:
        async with httpx2.AsyncClient() as http:
            await http.get(address)
            page = Visitor(http, address)
            state = await page.ask("state")
            [question] = state["questions"]
            assert "on your live Coasty key?" in question["text"]
            assert ("name" in state) == ("machine_id" in question["text"])
            assert await page.ask("consent", question=question["number"], agreed=agreed) == {}
            again = await page.ask("consent", question=question["number"], agreed=True)
            assert again == "Nobody waits for this answer any more."

    return visit


async def test_an_approval_on_the_page_carries_the_call_out_once(
    world: World, ours: Machine, era: Era
) -> None:
    host = Host(answering(agreed=True))
    async with seated(host, world, era) as model:
        done = await model.call_tool(TERMINATE, {"machine_id": ours.id})
        assert structured(done)["mode"] == "live"
        [asked] = host.asked
        assert isinstance(asked, ElicitRequestURLParams)
        assert asked.url.startswith("http://127.0.0.1:")
        await model.call_tool(TERMINATE, {"machine_id": ours.id})
        assert len(host.asked) == 2


async def test_a_declined_call_spends_and_does_nothing(
    world: World, ours: Machine, era: Era
) -> None:
    async with seated(Host(answering(agreed=False)), world, era) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
        assert error(refused)["code"] == "CONSENT_REFUSED"
        refused = await model.call_tool(PROVISION, {"display_name": "new"})
        assert error(refused)["code"] == "CONSENT_REFUSED"
        listed = structured(await model.call_tool("coasty_list_machines", {}))
    assert [each["status"] for each in listed["data"]] == ["running"]


@pytest.mark.parametrize("host", [Host(), Host(action="decline"), Host(action="cancel")])
async def test_nothing_is_done_without_an_answer_on_the_page(
    host: Host, world: World, ours: Machine, era: Era
) -> None:
    async with seated(host, world, era) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert "127.0.0.1" not in refused.model_dump_json(), "no model is told the address"
    assert ours.status == "running"


async def test_an_answer_is_for_these_arguments(world: World, ours: Machine) -> None:
    """An approval that was not used yet goes to no other call."""
    other = new_machine(world.accounts["live"])
    host = Host(answering(agreed=True))
    async with seated(host, world) as model:
        first = await model.session.call_tool(
            TERMINATE, {"machine_id": ours.id}, allow_input_required=True
        )
        assert isinstance(first, InputRequiredResult)
        [request] = (first.input_requests or {}).values()
        assert isinstance(request.params, ElicitRequestURLParams)
        await host.visit(request.params.url)
        host.visit = nowhere
        refused = await model.call_tool(TERMINATE, {"machine_id": other.id})
        assert error(refused)["code"] == "CONSENT_REFUSED"
        assert not (await model.call_tool(TERMINATE, {"machine_id": ours.id})).is_error


async def test_who_has_the_address_of_a_watched_machine_answers_no_question(
    world: World, ours: Machine
) -> None:
    """A model knows that address, and may have a shell on the person's computer."""
    known: list[str] = []

    async def visit(_: str) -> None:
        async with httpx2.AsyncClient() as http:
            await http.get(known[0])
            page = Visitor(http, known[0])
            assert (await page.ask("state"))["questions"] == []
            for number in range(3):
                refused = await page.ask("consent", question=number, agreed=True)
                assert refused == "Nobody waits for this answer any more."

    async with seated(Host(visit), world) as model:
        shown = await model.call_tool("coasty_open_live_view", {"machine_id": ours.id})
        known.append(structured(shown)["address"])
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert ours.status == "running"


async def test_a_host_that_leads_to_no_address_is_asked_by_the_form(
    world: World, ours: Machine, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp.client.session.types.UrlElicitationCapability", lambda: None)
    host = Host()
    async with seated(host, world, era) as model:
        done = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert not done.is_error
    [asked] = host.asked
    assert isinstance(asked, ElicitRequestFormParams)


async def test_an_older_host_that_leads_nowhere_means_no(world: World, ours: Machine) -> None:
    async def broken(_: str) -> None:
        raise MCPError(INTERNAL_ERROR, "no browser")

    async with seated(Host(broken), world, "legacy") as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert "did not lead the person to the page" in text(refused)
    assert ours.status == "running"


async def never(_: object) -> None:
    await anyio.sleep_forever()


@pytest.mark.parametrize(("visit", "sleep"), [(never, Clock().sleep), (nowhere, never)])
async def test_an_older_host_waits_once_for_the_way_to_the_page_and_the_answer(
    world: World, ours: Machine, monkeypatch: pytest.MonkeyPatch, visit: Visit, sleep: Sleep
) -> None:
    """Hosts give up a call at 60 seconds, which two waits would be longer than."""
    assert page_consent.PATIENCE == 45
    monkeypatch.setattr(page_consent, "PATIENCE", 0.05)
    async with seated(Host(visit), world, "legacy", sleep) as model:
        with anyio.fail_after(10):
            refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert text(refused).startswith("The person did not answer within ")
    assert ours.status == "running"


def test_a_question_holds_for_two_minutes_and_its_answer_once() -> None:
    time = [0.0]
    questions = Questions(now=lambda: time[0])
    questions.ask("Terminate?")
    time[0] = 121
    assert not questions.waiting()
    questions.ask("Terminate?")
    [question] = questions.waiting()
    time[0] += 100
    assert questions.answer(question.number, agreed=True)
    time[0] += 100
    assert questions.find("Terminate?") is question
    assert questions.use(question)
    assert not questions.use(question)


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


BUTTON = """new Promise(done => (function look() {
  const button = [...document.querySelectorAll("#questions button")]
    .find((each) => each.textContent === NAME);
  if (!button) return setTimeout(look, 20);
  button.click();
  done(document.getElementById("questions").textContent);
})())"""


@needs_chromium
@pytest.mark.parametrize(("name", "status"), [("Approve", "terminated"), ("Decline", "running")])
async def test_the_buttons_of_the_page_approve_and_decline(
    page: Page, world: World, ours: Machine, name: str, status: str
) -> None:
    read: list[str] = []

    async def visit(address: str) -> None:
        await to_thread.run_sync(page.open, address)
        read.append(await to_thread.run_sync(page.evaluate, BUTTON.replace("NAME", repr(name))))

    async with seated(Host(visit), world) as model:
        await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert f'machine_id: "{ours.id}"' in read[0]
    assert "<b>desk" in read[0]
    assert ours.status == status
