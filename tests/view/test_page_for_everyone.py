"""The page of the live view by keyboard, for a screen reader, in light and dark, on any window."""

from collections.abc import Generator

import pytest

from support.chromium import Page, browser_page, needs_chromium
from support.live_page import LivePage, person_and_model
from support.watched import watched

pytestmark = needs_chromium

FOCUSED = """(() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const rim = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const frame = element.closest("#frame, #steps")?.getBoundingClientRect();
  return {
    name: element.id || element.tagName, outline: style.outlineStyle,
    seen: !frame || (box.left - rim >= frame.left - 1 && box.right + rim <= frame.right + 1),
  };
})()"""
CONTRAST = """(() => {
  const part = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (color) => part(color).map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const back = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return color === "rgba(0, 0, 0, 0)" ? back(element.parentElement) : color;
  };
  return [...document.querySelectorAll("h1, p, button, .what, .more, h2, h3, pre")]
    .filter((each) => each.checkVisibility() && each.textContent)
    .map((each) => [light(getComputedStyle(each).color), light(back(each))].sort((a, b) => b - a))
    .map(([high, low]) => (high + 0.05) / (low + 0.05));
})()"""


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


async def test_every_control_is_reached_by_tab_and_seen_to_be_focused(page: Page) -> None:
    async with person_and_model(page) as (person, _):
        await person.until("steps.length")
        await person.press_button("takeover")
        await person.until("document.activeElement === find('screen')")
        reached = [await person.value(FOCUSED)]
        for key in ("F6", *["Tab"] * 6):
            await person.press_keys(key)
            reached.append(await person.value(FOCUSED))
    names = [each["name"] for each in reached]
    assert names == ["screen", "note", "handback", "stop", "power", "terminate", "save", "A"]
    assert all(each["outline"] == "solid" and each["seen"] for each in reached), reached


async def test_every_control_has_a_name_and_what_changes_is_said(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await person.until("steps.length")
        await person.press_button("takeover")
        await person.until("document.activeElement === find('screen')")
        tree = await person.accessible()
        asked_for = ("button", "textbox", "link", "application", "group", "region")
        named = {(each, name) for each, name in tree if each in asked_for}
        assert all(name for _, name in named)
        assert ("application", "Screen of <img src=x onerror=alert(1)>") in named
        assert ("textbox", "Note for the model") in named
        assert {("group", "The model"), ("group", "Answer"), ("group", "The machine")} <= named
        assert ("status", "") in tree
        await model.call("coasty_ask_person", reason="Log in")


async def test_a_text_that_stays_the_same_is_not_said_again(page: Page) -> None:
    async with person_and_model(page) as (person, model):
        await model.call("coasty_ask_person", reason="Log in")
        await person.until("find('wanted').textContent")
        watch = "new MutationObserver(() => { said += 1; }).observe(document.body, "
        await person.value(f"window.said = 0; {watch}{{ childList: true, subtree: true }})")
        await person.value("showState()")
        assert await person.value("said") == 0


@pytest.mark.parametrize("dark", [False, True])
async def test_it_can_be_read_in_light_and_dark(page: Page, *, dark: bool) -> None:
    async with watched() as model:
        person = LivePage(page)
        await person.open(await model.address(), dark=dark)
        await model.call("coasty_ask_person", reason="Log in")
        await person.until("find('wanted').textContent")
        await person.value("select(0)")
        assert (await person.value("getComputedStyle(document.body).color")) == (
            "rgb(236, 236, 241)" if dark else "rgb(27, 27, 34)"
        )
        assert min(await person.value(CONTRAST)) >= 4.5


@pytest.mark.parametrize("width", [320, 360, 768, 1400])
async def test_nothing_is_cut_off_at_any_width(page: Page, width: int) -> None:
    async with watched() as model:
        person = LivePage(page)
        await person.open(await model.address(), width)
        await model.call("coasty_ask_person", reason="x" * 200)
        await person.until("find('wanted').textContent")
        await person.value("(showQuestions([{ number: 1, text: 'y'.repeat(300) }]), select(0))")
        assert await person.value("document.documentElement.scrollWidth") <= width
        wide = "each.scrollWidth > each.clientWidth + 1"
        cut = f"[...document.querySelectorAll('button, #note')].filter((each) => {wide}).length"
        assert await person.value(cut) == 0
        await person.value("find('note').value = find('note').placeholder")
        assert await person.value(f"((each) => {wide})(find('note'))") is False
