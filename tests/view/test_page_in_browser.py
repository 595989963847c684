"""What the page of the live view shows in a real browser, with a model beside it."""

import json
from collections.abc import Generator

import anyio
import pytest

from coasty_mcp.sandbox import World, sandbox_client
from support.chromium import Page, browser_page, needs_chromium
from support.live_page import FRAME, LivePage, person_and_model
from support.mcp_client import bodies, recorded, text
from support.watched import watched

pytestmark = needs_chromium

RINGING = """window.rung = 0;
window.AudioContext = class extends AudioContext { constructor() { super(); rung += 1; } }"""
HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => true})"
COUNTED = """(window.asked = {}, live.really = live.ask, live.ask = (request) => {
  asked[request.kind] = (asked[request.kind] || 0) + 1;
  return live.really(request);
}, true)"""
ATTEMPTS = 3
"""At a measured second: the computer may be busy with other tests."""


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


async def test_a_frame_shows_what_an_action_did_within_a_second(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        for attempt in range(ATTEMPTS):
            before = json.dumps(await person.value(FRAME))
            await model.act("browser_navigate", url=f"https://example.com/{attempt}")
            began = anyio.current_time()
            await person.until(f"{FRAME} !== {before}")
            if anyio.current_time() - began < 1:
                break
        else:
            pytest.fail("no frame within a second")
        assert await person.value("document.images.length") == 0


async def test_a_screen_that_rests_is_still_looked_at_twice_a_second(page: Page) -> None:
    async with person_and_model(page) as (person, _):
        rested = "(async () => { let pause = 250; live.ask = async () => [{}, null];"
        slower = f"{rested} for (let i = 0; i < 50; i++) pause = await showFrame(pause);"
        assert await person.value(f"{slower} return pause; }})()") == 500


async def test_a_step_is_listed_with_its_time_its_result_and_its_cost(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await model.act("browser_navigate", url="https://example.com/contact")
        refused = await model.act("key_press", key="no such key")
        first = await person.until("find('steps').children[1]?.textContent")
        assert first.startswith("2browser_navigate https://example.com/contact")
        time = await person.value("new Date(steps[1].time).toLocaleTimeString()")
        assert f"{time} · Done" in first
        assert "Failed: " in await person.until("find('steps').children[2]?.textContent")
        step = json.dumps({"time": "2026-05-01T10:00:00Z", "credits": 7, "text": "Looked."})
        assert "7 credits · Looked." in await person.value(f"outcome({step})")
        await person.value("find('steps').querySelectorAll('a')[2].click()")
        assert await person.text("result") in text(refused)
        assert await person.value("find('steps').children[2].matches(':has([aria-current])')")


async def test_a_new_step_does_not_move_the_window(page: Page) -> None:
    async with watched() as model:
        person = LivePage(page)
        await person.open(await model.address(), 360, 400)
        for _ in range(8):
            await model.act("click", x=5, y=5)
        await person.until("steps.length === 9")
        assert await person.value("scrollY") == 0
        assert await person.value("find('steps').scrollTop") > 0


async def test_the_last_actions_are_drawn_where_they_happened(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await model.call("coasty_take_machine_screenshot")
        for x in (100, 200, 300, 400):
            await model.act("click", x=x, y=50)
        await person.until("steps.length === 6")
        drawn = (
            "[...find('marks').querySelectorAll('.line')].map((each) => each.getAttribute('cx'))"
        )
        across = "live.frame.width / find('screen').width"
        at = await person.value(f"{drawn}.filter(Boolean).map((each) => each * {across})")
        assert at == pytest.approx([200, 300, 400], abs=1)
        assert await person.value("find('marks').querySelectorAll('.old').length") == 2


@pytest.mark.parametrize("width", [500, 900, 1400])
async def test_a_click_on_the_page_lands_on_the_right_pixel(page: Page, width: int) -> None:
    http = sandbox_client(World())
    sent = recorded(http)
    async with watched(http=http) as model:
        person = LivePage(page)
        await person.open(await model.address(), width)
        await person.press_button("takeover")
        await person.until("live.state.mine")
        box = await person.value("find('screen').getBoundingClientRect().toJSON()")
        await person.click(box["left"] + box["width"] * 0.25, box["top"] + box["height"] * 0.5)
        await person.done()
    [clicked] = bodies(sent, f"machines/{model.machine_id}/actions")
    assert clicked["command"] == "click"
    assert clicked["parameters"]["x"] == pytest.approx(480, abs=3)
    assert clicked["parameters"]["y"] == pytest.approx(540, abs=3)


async def test_a_hidden_page_asks_for_no_frame_and_rings_when_it_is_needed(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await person.value(f"{HIDDEN}; {RINGING}")
        await person.value(COUNTED)
        await model.act("browser_navigate", url="https://example.com/contact")
        await model.call("coasty_ask_person", reason="Log in")
        await person.until("document.title.startsWith('● ')")
        seen = await person.value("asked.state")
        await person.until(f"asked.state > {seen} + 1")
        assert await person.value("rung") == 1
        assert "Log in" in await person.text("wanted")
        assert "frame" not in await person.value("asked")
