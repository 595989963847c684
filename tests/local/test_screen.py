"""Looking and acting, on a real X server: what the tools say, and what reached the window."""

from typing import Any

import pytest
from mcp import Client

from coasty_mcp.screens import ScreenshotHandle
from support.drawings import pil_image
from support.local_window import (
    CANVAS,
    HEIGHT,
    NAME,
    POPUP,
    SUBMIT,
    WIDTH,
    LocalWindow,
    split_monitor,
    x_server,
)
from support.mcp_client import error, picture, seated, structured, text
from support.own_screen import ALLOWED, do

IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"action_type": "clik"}, "There is no action type clik. Did you mean click?"),
    ({"action_type": "move", "params": {}}, "move takes x, y: x and y are missing."),
    ({}, "Give either action_type or actions: you gave none."),
    ({"action_type": "move", "actions": [{}]}, "Give either action_type or actions: you gave"),
    ({"actions": [{"x": 1}]}, "Action 1 is not one: write it as"),
    ({"actions": [{"action": "clik"}]}, "Action 1: There is no action type clik."),
    ({"action_type": "key_up", "params": {"key": "a"}}, "a is not held down."),
    ({"action_type": "key_down", "params": {"key": "漢"}}, "This keyboard has no key 漢 that"),
    (
        {
            "action_type": "key_combo",
            "params": {"keys": [chr(0x4E00 + each) for each in range(250)]},
        },
        "This keyboard cannot press 一+丁+丂+",
    ),
    ({"action_type": "move", "params": {"x": 5}}, "move takes x, y: y is missing."),
    ({"action_type": "click", "params": {"x": 1920, "y": 5}}, "(1920, 5) is on none of"),
    (
        {"action_type": "click", "params": {"x": 5, "y": 5, "button": "side"}},
        "button must be left, middle",
    ),
    ({"action_type": "click", "params": {"at": [1, 2]}}, "click takes x, y, button (optional)"),
    ({"action_type": "scroll", "params": {"dy": 300}}, "scroll takes direction, amount"),
    ({"action_type": "drag", "params": {"x1": 5, "y1": 5}}, "drag takes from_x, from_y"),
    ({"action_type": "scroll", "params": {"direction": "in"}}, "direction must be up, down"),
    (
        {"action_type": "scroll", "params": {"direction": "up", "amount": "all"}},
        "amount must be a number.",
    ),
    ({"action_type": "type_text", "params": {"text": 5}}, "text must be text."),
    ({"action_type": "type_text", "params": {"text": "a\x1b"}}, "text has a control char"),
    ({"action_type": "key_press", "params": {"keys": 5}}, "keys must be a list of key names."),
    ({"action_type": "key_press", "params": {"key": "entr"}}, "There is no key entr. Did you"),
    ({"action_type": "key_press", "params": {"key": "f20"}}, "This keyboard has no key f20."),
    ({"action_type": "click", "params": {}}, "click takes x, y, button (optional), clicks"),
    ({"action_type": "wait", "params": {"seconds": "long"}}, "seconds must be a number."),
    (
        {"actions": [{"action": "wait"}], "screenshot_id": "shot_9x9_of_9x9_abc"},
        "That screenshot_id is not of this computer's screen",
    ),
]
"""Arguments, and how the refusal begins."""


async def look(model: Client, **arguments: Any) -> str:
    """Its handle."""
    shown = await model.call_tool("coasty_look_at_screen", arguments)
    assert not shown.is_error, text(shown)
    return text(shown).split()[0]


async def test_a_look_is_a_picture_with_a_handle_and_the_monitors(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        shown = await model.call_tool("coasty_look_at_screen", {})
    handle = ScreenshotHandle.parse(text(shown).split()[0])
    assert handle.shown == picture(shown).size == (1280, 720)
    assert handle.true == (WIDTH, HEIGHT)
    assert "Monitor 1: 1920x1080 at (0, 0), scale 1" in text(shown)
    assert shown.structured_content is None
    assert pil_image(picture(shown)).getpixel((700, 450)) == (255, 255, 255)


async def test_a_region_is_shown_pixel_by_pixel_and_clicked_where_it_is(
    window: LocalWindow,
) -> None:
    left, top, _, _ = CANVAS
    async with seated(settings=ALLOWED) as model:
        handle = await look(model, region=[left, top, 700, 500])
        assert ScreenshotHandle.parse(handle).true == (700, 500)
        await do(model, "click", params={"x": 7, "y": 9}, screenshot_id=handle)
        press = window.last("ButtonPress")
        assert (press["x"], press["y"]) == (left + 7, top + 9)
        nearer = await look(model, region=[10, 20, 100, 90], screenshot_id=handle)
        assert ScreenshotHandle.parse(nearer).shown == (400, 360)
        await do(model, "click", params={"x": 41, "y": 43}, screenshot_id=nearer)
        press = window.last("ButtonPress")
        assert (press["x"], press["y"]) == (left + 20, top + 30)


async def test_a_region_beyond_the_screen_is_refused(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        refused = await model.call_tool("coasty_look_at_screen", {"region": [1900, 0, 100, 9]})
    assert "which is 1920x1080" in text(refused)


async def test_a_click_without_a_picture_lands_on_the_very_pixel(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        done = await do(model, "click", params={"x": 1003, "y": 701})
        right = await do(model, "click", params={"x": 1004, "y": 702, "button": "right"})
        await do(model, "click", params={"x": 1005, "y": 703, "button": "middle"})
    presses = [(each["x"], each["y"], each["button"]) for each in window.events("ButtonPress")]
    assert presses == [(1003, 701, 1), (1004, 702, 3), (1005, 703, 2)]
    assert done == "left click at 1003,701"
    assert right == "right click at 1004,702"


async def test_usual_spellings_mean_the_same_here(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        handle = await look(model)
        at = {"coordinate": [600, 400]}
        right = await do(model, "right_click", params=at, screenshot_id=handle)
        double = await do(model, "double_click", params=at, screenshot_id=handle)
        pressed = await do(model, "hotkey", params={"keys": ["Control_L", "a"]})
        typed = await do(model, "type", params={"text": "a"})
    assert right == "right click at 900,600"
    assert double == "left double click at 900,600"
    assert (pressed, typed) == ("key_combo ctrl+a", "type_text of 1 characters")


async def test_a_click_on_a_fitted_picture_lands_on_the_pixel_under_it(
    window: LocalWindow,
) -> None:
    async with seated(settings=ALLOWED) as model:
        handle = await look(model)
        for x, y in ((600, 400), (700, 500), (1200, 550)):
            await do(model, "click", params={"x": x, "y": y}, screenshot_id=handle)
    presses = [(each["x"], each["y"]) for each in window.events("ButtonPress")]
    assert presses == [(900, 600), (1050, 750), (1800, 825)]


@pytest.mark.parametrize("program", ["Xvfb", "Xtigervnc"])
async def test_the_second_monitor_is_clicked_where_it_lies(display: str, program: str) -> None:
    with x_server(program) as other:
        split_monitor(other)
        with LocalWindow() as window:
            async with seated(settings=ALLOWED) as model:
                shown = await model.call_tool("coasty_look_at_screen", {"monitor": 2})
                handle = text(shown).split()[0]
                await do(model, "click", params={"x": 20, "y": 600}, screenshot_id=handle)
            press = window.last("ButtonPress")
    assert "Monitor 2: 640x1080 at (1280, 0), scale 1" in text(shown)
    assert ScreenshotHandle.parse(handle).true == (640, 1080)
    assert (press["x"], press["y"]) == (1280 + int(20.5 * 640 / 427), int(600.5 * 1.5))


async def test_the_outcome_is_shown_when_it_is_asked_for(window: LocalWindow) -> None:
    x, y = CANVAS[0] + 100, CANVAS[1] + 100
    stroke = {"x1": x, "y1": y, "x2": x + 400, "y2": y}
    async with seated(settings=ALLOWED) as model:
        shown = await model.call_tool(
            "coasty_do_on_screen",
            {"action_type": "drag", "params": stroke, "return_screenshot": True},
        )
    assert text(shown).startswith("Done: left drag from 900,600 to 1300,600, settled after ")
    assert "\nshot_" in text(shown)
    middle = pil_image(picture(shown)).getpixel(((x + 200) * 2 // 3, y * 2 // 3))
    assert isinstance(middle, tuple)
    assert middle[0] > 200
    assert middle[1] < 128


async def test_code_is_never_executed(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        done = await do(model, "raw", params={"code": "pyautogui.click(900, 600)"})
    assert done == "raw: nothing is carried out for it"
    assert window.events("ButtonPress", "Motion") == []


async def test_a_prediction_for_the_picture_is_possible(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        handle = await look(model)
        told = structured(
            await model.call_tool(
                "coasty_predict", {"instruction": "Submit", "screenshot_id": handle}
            )
        )
    assert told["screenshot_id"] == handle


@pytest.mark.parametrize(("arguments", "sentence"), IMPOSSIBLE)
async def test_what_cannot_be_done_is_refused_and_nothing_stays_held(
    window: LocalWindow, arguments: dict[str, Any], sentence: str
) -> None:
    async with seated(settings=ALLOWED) as model:
        refused = await model.call_tool("coasty_do_on_screen", arguments)
    assert error(refused)["message"].startswith(sentence)
    events = window.events("KeyPress", "KeyRelease", "ButtonPress")
    assert [event["kind"] for event in events] in ([], ["KeyPress", "KeyRelease"])


async def test_a_monitor_that_is_not_there_is_refused(display: str) -> None:
    async with seated(settings=ALLOWED) as model:
        refused = await model.call_tool("coasty_look_at_screen", {"monitor": 2})
        outside = await model.call_tool("coasty_look_at_screen", {"region": [1900, 0, 100, 100]})
    assert error(refused)["message"] == "There is no monitor 2: there are 1."
    assert error(outside)["message"].startswith(
        "region [1900, 0, 100, 100] (left, top, width, height) is not inside the picture"
    )


async def test_nothing_is_typed_into_a_window_that_was_not_in_the_picture(
    window: LocalWindow,
) -> None:
    async with seated(settings=ALLOWED) as model:
        await look(model)
        await do(model, "type_text", params={"text": "one"}, same_window=True)
        await do(model, "click", params={"x": POPUP[0] * 2 // 3, "y": POPUP[1] * 2 // 3})
        window.wait_for("popped up")
        refused = await model.call_tool(
            "coasty_do_on_screen",
            {"action_type": "type_text", "params": {"text": "two"}, "same_window": True},
        )
        assert error(refused)["code"] == "OTHER_WINDOW"
        assert window.events("KeyPress") == []
        await look(model)
        await do(model, "type_text", params={"text": "two"}, same_window=True)
    assert [event["key"] for event in window.events("KeyPress")] == ["t", "w", "o"]


async def test_a_form_is_filled_in_and_submitted(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "click", params={"x": NAME[0], "y": NAME[1]})
        await do(model, "type_text", params={"text": "Zoë"})
        await do(model, "click", params={"x": SUBMIT[0], "y": SUBMIT[1]})
    assert window.last("submitted")["name"] == "Zoë"
