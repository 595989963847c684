"""The person at the page of the live view, with mouse and keyboard, in a real browser."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from coasty_mcp.sandbox import World, sandbox_client
from support.chromium import Page, browser_page, needs_chromium
from support.live_page import LivePage, person_and_model
from support.mcp_client import bodies, error, recorded, structured, text
from support.watched import Model, page_of

pytestmark = needs_chromium

TURNS = """[40, 80, 120].map((deltaY) => find('screen').dispatchEvent(
  new WheelEvent('wheel', { deltaY, clientX: 200, clientY: 200, cancelable: true }))) && 0"""
PASTED = """(() => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", "from elsewhere");
  find("screen").dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
})()"""


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


@asynccontextmanager
async def taken_over(page: Page) -> AsyncGenerator[tuple[LivePage, Any]]:
    """A person who has taken over, and a function that returns what they did on the machine."""
    http = sandbox_client(World())
    sent = recorded(http)
    async with person_and_model(page, http=http) as (person, model):
        await person.press_button("takeover")
        await person.until("document.activeElement === find('screen')")

        async def acts() -> list[tuple[str, Any]]:
            await person.done()
            done = bodies(sent, f"machines/{model.machine_id}/actions")
            return [(each["command"], each["parameters"]) for each in done]

        yield person, acts


async def refusal_of(model: Model) -> str:
    return error(await model.act("click", x=5, y=5))["code"]


async def test_the_person_takes_over_and_hands_back_with_a_note(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await person.press_button("takeover")
        await person.until("document.activeElement === find('screen')")
        assert await refusal_of(model) == "HUMAN_IN_CONTROL"
        await person.press_keys("F6", *"done", "Enter")
        await person.until("!live.state.mine && document.activeElement === find('takeover')")
        assert 'says: "done"' in text(await model.act("click", x=5, y=5))


async def test_the_person_stops_the_model_and_releases_it(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await person.press_button("stop")
        assert "stopped until you release" in await person.until(
            "live.state.holder === 'nobody' && find('holder').textContent"
        )
        assert await refusal_of(model) == "STOPPED_BY_PERSON"
        await person.press_button("stop")
        await person.until("live.state.holder === 'model'")
        assert not (await model.act("click", x=5, y=5)).is_error


async def test_a_run_that_waits_goes_on_by_the_same_button(page: Page) -> None:
    http = sandbox_client(World(pace=0))
    sent = recorded(http)
    async with person_and_model(page, http=http) as (person, model):
        run = structured(await model.call("coasty_start_run", task="Pay. [pause]"))["id"]
        await model.client.call_tool("coasty_watch_run", {"run_id": run})
        await person.value("lookForRuns().then(showState)")
        assert "A run waits for you: " in await person.text("wanted")
        await person.value("find('note').focus()")
        await person.press_keys(*"paid", "Enter")
        await person.until("!find('wanted').textContent")
    assert bodies(sent, f"runs/{run}/resume") == [{"note": "paid"}]


async def test_a_second_page_reads_who_has_mouse_and_keyboard(page: Page) -> None:
    async with person_and_model(page) as (person, model), page_of(model) as other:
        await other.ask("take_over", page="a")
        await person.press_button("takeover")
        said = await person.until("find('caption').textContent")
        assert said == "Another page has taken over this machine."
        await person.until("find('holder').textContent === 'Another page has mouse and keyboard.'")


async def test_the_person_starts_stops_and_terminates_the_machine(page: Page) -> None:
    async with person_and_model(page) as (person, _):
        for name, status in (("Stop machine", "stopped"), ("Start machine", "running")):
            assert await person.text("power") == name
            await person.press_button("power")
            await person.until(f"live.state.status === '{status}'")
            assert await person.value("find('screen').matches('.stale')") is (status == "stopped")
            assert await person.text("caption") == ""
        await person.press_button("terminate")
        assert "once more" in await person.until("find('caption').textContent")
        await person.press_keys("Tab")
        await person.press_button("terminate")
        assert await person.value("live.state.status") == "running"
        await person.press_button("terminate")
        await person.until("live.state.status === 'terminated'")


@pytest.mark.parametrize(
    ("answer", "said"), [("{}", ""), ("{ isError: true }", "The picture was not saved.")]
)
async def test_the_picture_is_saved_as_it_is_shown(page: Page, answer: str, said: str) -> None:
    async with person_and_model(page) as (person, _):
        saving = f"live.save = async (...saved) => {{ window.saved = saved; return {answer}; }}"
        await person.value(f"{saving}; 0")
        await person.press_button("save")
        await person.until("window.saved")
        shown = "find('screen').toDataURL('image/png').endsWith(`,${saved[1]}`)"
        assert await person.value(f"saved[0] === 'image/png' && {shown}")
        assert await person.text("caption") == said


async def test_what_is_typed_and_clicked_is_done_in_its_order(page: Page) -> None:
    async with taken_over(page) as (person, acts):
        await person.click(200, 200)
        await person.press_keys(*"ab", "Enter", *"c")
        await person.click(250, 200)
        done = await acts()
    assert [command for command, _ in done] == ["click", "type", "key_press", "type", "click"]
    assert [each["text"] for command, each in done if command == "type"] == ["ab", "c"]


@pytest.mark.parametrize(
    ("pressed", "done"),
    [
        ("ctrl+shift+T", ("key_combo", {"keys": ["ctrl", "shift", "t"]})),
        ("shift+ArrowLeft", ("key_combo", {"keys": ["shift", "left"]})),
        ("alt+Tab", ("key_combo", {"keys": ["alt", "tab"]})),
        ("F5", ("key_press", {"key": "f5"})),
        ("Tab", ("key_press", {"key": "tab"})),
        ("Escape", ("key_press", {"key": "escape"})),
        ("shift+A", ("type", {"text": "A"})),
    ],
)
async def test_keys_are_those_of_the_machine(page: Page, pressed: str, done: Any) -> None:
    async with taken_over(page) as (person, acts):
        await person.press_keys(pressed)
        assert await acts() == [done]


async def test_a_sign_that_needs_altgr_is_typed(page: Page) -> None:
    pressed = "{ key: '@', ctrlKey: true, altKey: true, modifierAltGraph: true }"
    async with taken_over(page) as (person, acts):
        await person.value(f"find('screen').dispatchEvent(new KeyboardEvent('keydown', {pressed}))")
        assert await acts() == [("type", {"text": "@"})]


async def test_the_wheel_turns_once_for_many_events_and_what_is_pasted_is_typed(page: Page) -> None:
    async with taken_over(page) as (person, acts):
        await person.value(TURNS)
        await person.value("wheel.flush()")
        await person.value(PASTED)
        [scrolled, pasted] = await acts()
    assert scrolled[0] == "scroll"
    assert (scrolled[1]["direction"], scrolled[1]["amount"]) == ("down", 6)
    assert pasted == ("type", {"text": "from elsewhere"})


async def test_a_server_that_has_gone_is_told_and_forgotten_when_it_is_back(page: Page) -> None:
    async with person_and_model(page) as (person, _):
        await person.value("window.really = fetch; fetch = () => Promise.reject(new TypeError())")
        assert "has it ended?" in await person.until("find('caption').textContent")
        await person.until("find('screen').matches('.stale')")
        await person.value("fetch = really; 0")
        await person.until("find('caption').textContent === ''")
