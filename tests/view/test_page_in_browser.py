"""The page of the live view in a real browser, with a model beside it."""

import json
from collections.abc import Generator
from typing import Any

import anyio
import pytest
from anyio import to_thread

from support.chromium import Page, browser_page, needs_chromium
from support.watched import watched


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
