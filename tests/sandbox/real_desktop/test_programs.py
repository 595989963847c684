"""Real programs on a real desktop, driven through the tools: one machine for all of this file."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from support.mcp_client import error, structured, text
from support.real_desk import Desk

NOTE = "/home/user/Documents/note.txt"
EDITOR = f'"$(command -v mousepad l3afpad gedit featherpad leafpad | head -1)" {NOTE} &'
PAGE = """<!doctype html><title>Gestures</title>
<style>body {font: 20px sans-serif; margin: 60px; height: 3000px}
input, select, button {font: inherit; margin: 8px}
#pad {display: block; width: 400px; height: 150px}</style>
<input id=first value="copy me"><input id=second><input id=agree type=checkbox>
<select id=drink><option>Tea<option>Coffee</select><button id=order>Order</button>
<button id=pad>Pad</button>
<script>
const seen = [];
for (const kind of ['mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu'])
  pad.addEventListener(kind, at => {
    if (kind === 'contextmenu') at.preventDefault();
    seen.push({kind, x: at.offsetX, button: at.button, ctrl: at.ctrlKey, shift: at.shiftKey});
  });
order.onclick = () => document.title =
  `${first.value}|${second.value}|${agree.checked}|${drink.value}`;
</script>"""


@pytest.fixture
async def page(desk: Desk) -> Desk:
    """The desk, with the page of gestures in Chromium."""
    await desk.do("file_write", path="page.html", content=PAGE)
    opened = await desk.do("browser_open", url="/home/user/page.html")
    assert opened["title"] == "Gestures"
    return desk


def patiently(gestures: Callable[[Desk], Awaitable[None]]) -> Callable[[Desk], Awaitable[None]]:
    """Try three times on a fresh page: on a busy computer a gesture comes too late to be one."""

    @wraps(gestures)
    async def tried(page: Desk) -> None:
        for _ in range(2):
            try:
                return await gestures(page)
            except AssertionError:
                await page.do("browser_open", url="/home/user/page.html")
        return await gestures(page)

    return tried


async def test_a_screenshot_has_the_real_pixels_in_the_size_that_was_asked_for(desk: Desk) -> None:
    await desk.window("xterm")
    seen = await desk.see()
    assert seen.size == (1280, 720)
    assert len(Image.open(BytesIO(seen.data)).getcolors(100_000) or []) > 10


async def test_a_text_is_written_in_the_editor_and_saved(desk: Desk) -> None:
    await desk.do("file_write", path=NOTE, content="")
    await desk.run(EDITOR)
    window = await desk.window("note.txt")
    await desk.do("type", text="Zoë wrote 100% of it.\nTwice")
    await desk.do("key_combo", keys=["ctrl", "s"])
    await desk.file(NOTE, "Zoë wrote 100% of it.\nTwice")
    await desk.do("key_combo", keys=["ctrl", "Home"])
    await desk.do("key_press", keys=["shift", "End"])
    await desk.do("key_press", key="Delete")
    await desk.do("key_combo", keys=["ctrl", "s"])
    await desk.file(NOTE, "Twice")
    await desk.do("close_window", window_id=window["window_id"])


async def test_windows_are_listed_moved_maximized_minimized_and_focused(desk: Desk) -> None:
    window = await desk.window("xterm")
    await desk.do("move_window", title="xterm", x=100, y=80, width=600, height=300)
    moved = await desk.window("xterm")
    assert (moved["x"], moved["y"]) == (100, 80)
    assert abs(moved["width"] - 600) < 20
    await desk.do("maximize_window", title="xterm")
    assert (await desk.window("xterm"))["maximized"] is True
    await desk.do("restore_window", title="xterm")
    assert (await desk.window("xterm"))["maximized"] is False
    await desk.do("minimize_window", title="xterm")
    assert (await desk.window("xterm"))["minimized"] is True
    await desk.do("switch_to_window", window_id=window["window_id"])
    shown = await desk.window("xterm")
    assert (shown["active"], shown["minimized"]) == (True, False)
    refused = await desk.attempt("switch_to_window", title="no such")
    assert "There is no window called no such." in text(refused)


async def test_what_is_typed_into_the_terminal_window_is_run(desk: Desk) -> None:
    await desk.window("xterm")
    await desk.do("switch_to_window", title="xterm")
    await desk.do("type", text="echo $((6*7)) > answer; touch done\n")
    await desk.run("until [ -e done ]; do sleep 0.02; done")
    assert (await desk.do("file_read", path="answer"))["content"] == "42\n"


@patiently
async def test_a_form_is_filled_in_with_mouse_and_keyboard(page: Desk) -> None:
    await page.click_on("#second")
    await page.do("type", text="Ada")
    await page.click_on("#agree")
    await page.click_on("#drink")
    await page.do("key_press", keys=["down", "enter"])
    await page.click_on("#order")
    await page.window("copy me|Ada|true|Coffee")


@patiently
async def test_text_is_selected_copied_and_pasted(page: Desk) -> None:
    chosen = "getSelection().toString().trim()"
    await page.achieve(lambda: page.click_on("#first", clicks=3), f"{chosen} === 'copy me'")
    await page.do("key_combo", keys="ctrl+c")
    await page.value("second.value = ''")
    await page.click_on("#second")
    await page.do("key_combo", keys="ctrl+v")
    await page.until("second.value", "copy me")
    x, y = await page.middle_of("#first")

    async def double_click() -> None:
        await page.do("double_click", x=x - 110, y=y)

    await page.achieve(double_click, f"{chosen} === 'copy'")
    await page.do("drag", from_x=x + 60, from_y=y, to_x=x - 125, to_y=y)
    await page.until(chosen, "copy me")


async def events(page: Desk, last: str) -> list[dict[str, Any]]:
    """What the pad has seen since it was asked before, up to that."""
    await page.until("seen.at(-1)?.kind", last)
    return json.loads(await page.value("JSON.stringify(seen.splice(0))"))


@patiently
async def test_every_kind_of_click_arrives(page: Desk) -> None:
    twice = "seen.at(-1)?.kind === 'dblclick'"
    await page.achieve(lambda: page.click_on("#pad", "double_click"), twice)
    assert len(await events(page, "dblclick")) >= 7
    await page.click_on("#pad", button="right")
    assert {each["button"] for each in await events(page, "mouseup")} == {2}
    await page.click_on("#pad", "click_with_modifiers", modifiers=["ctrl", "shift"])
    clicked = (await events(page, "click"))[-1]
    assert (clicked["ctrl"], clicked["shift"]) == (True, True)


@patiently
async def test_a_drag_arrives_where_it_was_aimed_at(page: Desk) -> None:
    x, y = await page.middle_of("#pad")
    await page.do("drag", from_x=x - 100, from_y=y, to_x=x + 100, to_y=y)
    down, up, *_ = await events(page, "click")
    assert (down["kind"], up["kind"]) == ("mousedown", "mouseup")
    assert abs(up["x"] - down["x"] - 200) <= 1


@patiently
async def test_a_page_scrolls_with_the_wheel(page: Desk) -> None:
    x, y = await page.middle_of("#pad")
    await page.do("scroll", x=x, y=y, direction="down", amount=3)
    await page.until("scrollY > 0", wanted=True)

    async def scroll_up() -> None:
        await page.do("browser_scroll", direction="up", amount=100)

    await page.achieve(scroll_up, "scrollY === 0")  # the wheel's turn may still be under way
    assert (await page.do("browser_state"))["scroll_y"] == 0


async def test_elements_are_found_by_name(page: Desk) -> None:
    await page.do("browser_type", selector="#second", text="Grace")
    await page.do("browser_type", selector="#drink", text="Tea")
    await page.do("browser_click", selector="#order")
    assert (await page.value("return document.title")).endswith("|Grace|false|Tea")
    assert "second" in (await page.do("browser_get_dom"))["dom"]
    refused = await page.attempt("browser_click", selector="#nothing")
    assert "Nothing on the page matches #nothing." in text(refused)
    assert "is not defined" in text(await page.attempt("browser_execute", script="nothing.at"))


@patiently
async def test_tabs_are_opened_and_closed(page: Desk) -> None:
    for _ in range(5):
        opened = (await page.do("browser_open_tab", url="about:blank"))["tabs"]
        assert opened[-1]["active"]
        closed = (await page.do("browser_close_tab", index=len(opened) - 1))["tabs"]
        assert len(closed) == len(opened) - 1


async def test_a_terminal_session_keeps_its_folder_and_variables(desk: Desk) -> None:
    first = await desk.run("cd Documents; export NAME=Ada; exit_code() { return 3; }; exit_code")
    assert first["exit_code"] == 3
    session = first["session_id"]
    again = await desk.run('echo "$NAME" in "$PWD"', session_id=session)
    assert again["output"] == "Ada in /home/user/Documents\n"
    assert (await desk.run("pwd", session_id=session, cwd="/usr"))["output"] == "/usr\n"
    assert (await desk.run("echo $NAME"))["output"] == "\n"


async def test_a_command_line_that_takes_too_long_is_stopped(desk: Desk) -> None:
    stopped = await desk.call(
        "coasty_run_terminal_command",
        command="cd /tmp; echo begun; sleep 1234",
        timeout_ms=1000,
        session_id="slow",
    )
    assert structured(stopped)["exit_code"] == 124
    assert "did not end within 1000 ms" in text(stopped)
    assert structured(stopped)["output"] == "begun\n"
    assert (await desk.run("pgrep -c sleep || true"))["output"] == "0\n"
    assert (await desk.run("echo on", session_id="slow"))["output"] == "on\n"


async def test_the_output_is_cut_and_a_shell_may_end(desk: Desk) -> None:
    assert len((await desk.run("yes | head -c 100000"))["output"]) == 5000
    assert (await desk.run("exit 7", session_id="short"))["exit_code"] == 7
    assert (await desk.run("echo back", session_id="short"))["output"] == "back\n"
    refused = await desk.call("coasty_run_terminal_command", command="pwd", cwd="/no/such")
    assert "There is no folder /no/such." in text(refused)


async def test_files_are_those_that_the_programs_see(desk: Desk) -> None:
    await desk.do("file_write", path="new/list.txt", content="one\n")
    await desk.do("file_append", path="new/list.txt", content="two\n")
    await desk.do("file_edit", path="new/list.txt", old_text="one", new_text="first")
    assert (await desk.run("cat new/list.txt"))["output"] == "first\ntwo\n"
    listed = await desk.do("directory_list", path="new")
    assert listed["entries"] == [{"name": "list.txt", "type": "file", "size_bytes": 10}]
    await desk.do("directory_delete", path="new")
    assert (await desk.do("file_exists", path="new"))["exists"] is False
    assert "No such file" in text(await desk.attempt("file_read", path="new/list.txt"))
    assert "no regular file" in text(await desk.attempt("file_read", path="/dev/zero"))


@pytest.mark.parametrize(
    ("tool", "wish"),
    [("coasty_predict", {"instruction": "Log in"}), ("coasty_ground", {"element": "Send"})],
)
async def test_a_prediction_says_that_it_cannot_see_and_how_to_go_on(
    desk: Desk, tool: str, wish: dict[str, str]
) -> None:
    told = await desk.call(tool, **wish)
    assert error(told)["code"] == "SCREEN_NOT_UNDERSTOOD"
    assert "cannot see a real one" in text(told)
    assert "coasty_execute_machine_action with its coordinates" in text(told)
