"""Text, keys and combinations on a real X server."""

from contextlib import closing

import pytest

from support.local_window import (
    LocalWindow,
)
from support.mcp_client import error, seated
from support.own_screen import ALLOWED, CAPS_LOCK, CONTROL, SHIFT, do

EVERY_SCRIPT = 'aB~ "Grüße" € жук 漢字 ñ ¿Qué? 😀 é Łódź'
MORE_THAN_SPARE_KEYS = "日本語入力東京大阪名古屋札幌福岡仙台広島京都神戸横浜川崎千葉埼玉"


@pytest.mark.parametrize("written", [EVERY_SCRIPT, MORE_THAN_SPARE_KEYS])
async def test_any_unicode_text_is_typed_and_the_keyboard_stays_as_it_was(
    window: LocalWindow, display: str, written: str
) -> None:
    from Xlib.display import Display

    with closing(Display(display)) as person:
        before = person.get_keyboard_mapping(8, 248)
        async with seated(settings=ALLOWED) as model:
            done = await do(model, "type_text", params={"text": written})
        assert person.get_keyboard_mapping(8, 248) == before
    assert window.last("text")["value"] == written
    assert done == f"type_text of {len(written)} characters"


async def test_line_ends_and_tabs_are_their_keys(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "type_text", params={"text": "\r\n\t"})
    assert [event["key"] for event in window.events("KeyRelease")] == ["Return", "Tab"]


@pytest.mark.parametrize("written", ["aBc", MORE_THAN_SPARE_KEYS + "aBc"])
async def test_caps_lock_changes_nothing_and_stays_on(window: LocalWindow, written: str) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "key_press", params={"key": "capslock"})
        await do(model, "type_text", params={"text": written})
        assert window.last("text")["value"] == written
        await do(model, "key_combo", params={"keys": ["shift"]})
        await do(model, "key_combo", params={"keys": ["shift"]})
        state = window.last("KeyRelease")["state"]
        await do(model, "key_press", params={"keys": ["caps_lock"]})
    assert state & CAPS_LOCK


async def test_keys_are_pressed_in_order_under_any_of_their_names(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "type_text", params={"text": "abc"})
        window.events()
        pressed = await do(model, "key_press", params={"keys": ["Home", "del", "ArrowRight", "x"]})
        await do(model, "key_press", params={"key": "PageUp"})
    keys = [event["key"] for event in window.events("KeyPress")]
    assert keys == ["Home", "Delete", "Right", "x", "Prior"]
    assert pressed == "key_press home delete right x"


@pytest.mark.parametrize("keys", [["Ctrl", "Shift", "F5"], "ctrl+shift+f5"])
async def test_a_combination_is_held_together_and_let_go(
    window: LocalWindow, keys: list[str] | str
) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "key_combo", params={"keys": keys})
    down, up = ["Control_L", "Shift_L", "F5"], ["F5", "Shift_L", "Control_L"]
    events = window.events("KeyPress", "KeyRelease")
    assert [event["key"] for event in events] == [*down, *up]
    assert events[2]["state"] & (SHIFT | CONTROL) == SHIFT | CONTROL


async def test_alt_gr_is_another_key_than_alt(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "key_combo", params={"keys": "altgr+f6"})
    assert [event["key"] for event in window.events("KeyPress")] == ["ISO_Level3_Shift", "F6"]


async def test_a_combination_with_a_shifted_character_holds_shift(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "key_combo", params={"keys": "ctrl++"})
    events = window.events("KeyPress", "KeyRelease")
    down = [event["key"] for event in events if event["kind"] == "KeyPress"]
    assert down == ["Control_L", "Shift_L", "plus"]
    up = [event["key"] for event in events if event["kind"] == "KeyRelease"]
    assert up == ["plus", "Shift_L", "Control_L"]


async def test_a_character_without_a_key_is_lent_one_only_for_its_combination(
    window: LocalWindow,
) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "key_combo", params={"keys": "ctrl+é"})
        pressed = [event["key"] for event in window.events("KeyPress")]
        held = await do(model, "key_down", params={"key": "ctrl"})
    assert pressed == ["Control_L", "eacute"]
    assert held.startswith("key_down ctrl,")


async def test_of_a_combination_with_a_key_that_there_is_not_none_is_pressed(
    window: LocalWindow,
) -> None:
    async with seated(settings=ALLOWED) as model:
        combination = {"action_type": "key_combo", "params": {"keys": "ctrl+f20"}}
        refused = await model.call_tool("coasty_do_on_screen", combination)
    assert "This keyboard cannot press ctrl+f20 together." in error(refused)["message"]
    assert not window.events("KeyPress")


async def test_a_combination_with_a_letter_reaches_the_text_field(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "type_text", params={"text": "old"})
        await do(model, "key_combo", params={"keys": ["ctrl", "A"]})
        keys = [event["key"] for event in window.events("KeyPress")]
    assert keys[-2:] == ["Control_L", "a"]
