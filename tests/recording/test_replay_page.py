"""replay.html, opened from disk in a real browser."""

import base64
from collections.abc import Generator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from mcp.types import CallToolResult, ImageContent, TextContent
from PIL import Image

from coasty_mcp.recording import FinishedCall
from coasty_mcp.recording.recorder import Recorder
from coasty_mcp.recording.room import sessions
from support.chromium import Page, browser_page, needs_chromium

pytestmark = needs_chromium

NAME = "</script><img src=x onerror=\"document.title='owned'\">"
PIXELS = """(() => {
  const screen = document.getElementById("screen");
  return [...screen.getContext("2d").getImageData(0, 0, screen.width, screen.height).data];
})()"""


def picture(seed: int) -> Image.Image:
    """Return a picture in which each pixel is unlike its neighbours."""
    noise = bytes((seed * 37 + number * 31) % 251 for number in range(160 * 90 * 3))
    return Image.frombytes("RGB", (160, 90), noise)


def call(
    tool: str, text: str, shown: Image.Image | None = None, **arguments: object
) -> FinishedCall:
    content: list[TextContent | ImageContent] = [TextContent(text=text)]
    if shown:
        png = BytesIO()
        shown.save(png, "PNG")
        data = base64.b64encode(png.getvalue()).decode()
        content.append(ImageContent(data=data, mime_type="image/png"))
    result = CallToolResult(content=list(content), is_error=text.startswith("No"))
    return FinishedCall(tool, arguments, result, datetime(2026, 5, 1, tzinfo=UTC), 0.25, credits=5)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("records")
    recorder = Recorder(folder, "sandbox", "1")
    looked = "shot_160x90_of_160x90_0000000000"
    recorder(call("coasty_take_machine_screenshot", looked, picture(1), machine_id="mch_1"))
    recorder(call("coasty_get_machine", "No such machine.", machine_id=NAME))
    click = {"machine_id": "mch_1", "command": "click", "parameters": {"x": 40, "y": 45}}
    recorder(call("coasty_execute_machine_action", f"Done. {NAME}", picture(2), **click))
    [session] = sessions(folder)
    return (session / "replay.html").as_uri()


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    with browser_page() as page:
        yield page


def text(page: Page, element: str) -> str:
    return page.evaluate(f"drawn.then(() => document.getElementById('{element}').textContent)")


def test_the_last_frame_is_pixel_for_pixel_the_last_picture(page: Page, url: str) -> None:
    page.open(url)
    text(page, "caption")
    assert bytes(page.evaluate(PIXELS)) == picture(2).convert("RGBA").tobytes()


def test_keys_go_through_the_steps_and_an_error_is_marked(page: Page, url: str) -> None:
    page.open(url)
    page.press("ArrowLeft")
    assert "coasty_get_machine failed · 10 credits so far" in text(page, "caption")
    assert "picture of step 1" in text(page, "caption")
    page.press("Home")
    assert text(page, "count") == "1 of 3"
    page.press("End")
    assert text(page, "count") == "3 of 3"
    assert page.evaluate("document.querySelectorAll('#steps .error').length") == 1


def test_a_link_leads_to_its_step(page: Page, url: str) -> None:
    page.open(f"{url}#step-2")
    assert text(page, "tool") == "coasty_get_machine"
    assert (
        page.evaluate("document.querySelector('[aria-current]').getAttribute('href')") == "#step-2"
    )


def test_actions_are_drawn_where_they_landed(page: Page, url: str) -> None:
    page.open(url)
    text(page, "caption")
    circle = page.evaluate(
        "[...document.querySelectorAll('#marks circle')].map(each => each.getAttribute('cx'))[0]"
    )
    assert float(circle) == pytest.approx(40.5)


def test_what_was_done_can_be_read_on_a_phone(page: Page, url: str) -> None:
    page.open(url, width=100)
    text(page, "caption")
    height = page.evaluate("document.querySelector('#marks text').getBoundingClientRect().height")
    assert height >= 14


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_window(page: Page, url: str, width: int) -> None:
    page.open(url, width=width)
    text(page, "caption")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


THEIRS = """(() => {
  const made = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  document.body.append(made("script", "window.theirs = true"));
  document.head.append(made("style", "body { opacity: 0 }"));
  document.body.insertAdjacentHTML("beforeend", "<p onclick='window.theirs = true'>x</p>");
  document.body.lastElementChild.click();
  return [window.theirs === true, getComputedStyle(document.body).opacity];
})()"""


def test_no_script_and_no_style_but_its_own_acts(page: Page, url: str) -> None:
    page.open(url)
    assert page.evaluate(THEIRS) == [False, "1"]


def test_foreign_words_are_only_ever_text(page: Page, url: str) -> None:
    page.open(url)
    assert NAME in text(page, "result")
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert page.evaluate("document.title").startswith("Coasty · ")
