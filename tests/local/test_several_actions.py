"""Several actions in one call, and keys that are held meanwhile, on a real X server."""

from typing import Any

import pytest

from coasty_mcp.api.errors import ActionBlocked
from coasty_mcp.api.wire.policy import ActionPolicy
from coasty_mcp.local import Screen, ScreenArea
from coasty_mcp.settings import Settings
from support.local_desktop import FakeDesktop, Monitors
from support.local_window import NAME, SUBMIT, LocalWindow
from support.mcp_client import Era, error, seated, structured, text

SHIFT, CONTROL = 1, 4
ALLOWED = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)
CANVAS = {"x": 900, "y": 600}
DO = "coasty_do_on_screen"


def at(point: tuple[int, int]) -> dict[str, int]:
    return dict(zip("xy", point, strict=True))


async def test_several_actions_in_either_shape_are_done_in_order_and_told_line_by_line(
    era: Era, window: LocalWindow
) -> None:
    actions = [
        {"command": "click", "parameters": at(NAME)},
        {"action_type": "type_text", "params": {"text": "Zoë"}},
        {"action": "left_click", "coordinate": [*SUBMIT]},
    ]
    async with seated(era, settings=ALLOWED) as model:
        done = await model.call_tool(DO, {"actions": actions})
    assert window.last("submitted")["name"] == "Zoë"
    told = ["left click at 300,115", "type_text of 3 characters", "left click at 260,320"]
    assert structured(done)["done"] == told
    assert text(done).splitlines()[:4] == [
        "3 actions done:",
        *(f"{number}. {what}" for number, what in enumerate(told, 1)),
    ]


async def test_a_failure_says_what_was_done_and_what_was_not_begun(window: LocalWindow) -> None:
    actions = [
        {"action": "click", **CANVAS},
        {"action": "key_press", "key": "f20"},
        {"action": "type", "text": "a"},
    ]
    async with seated(settings=ALLOWED) as model:
        failed = await model.call_tool(DO, {"actions": actions})
    assert error(failed)["message"] == (
        "Action 2 of 3, key_press: This keyboard has no key f20. 0 of 1 key presses had been done "
        "by then. Done before it: 1. left click at 900,600. Not begun: action 3."
    )
    assert not window.events("KeyPress")


async def test_a_list_with_a_wrong_action_is_not_begun(window: LocalWindow) -> None:
    actions = [{"action": "click", **CANVAS}, {"action": "click", "x": 5}]
    async with seated(settings=ALLOWED) as model:
        refused = await model.call_tool(DO, {"actions": actions})
    assert error(refused)["message"].startswith("Action 2: click takes x, y,")
    assert not window.events("ButtonPress")


async def test_a_key_is_held_over_several_actions_until_it_is_let_go(window: LocalWindow) -> None:
    actions = [
        {"action": "key_down", "key": "shift"},
        {"action": "click", **CANVAS},
        {"action": "key_press", "keys": ["Left", "shift+Home"]},
        {"action": "key_up", "key": "shift"},
        {"action": "click", "x": 1100, "y": 700},
    ]
    async with seated(settings=ALLOWED) as model:
        await model.call_tool(DO, {"actions": actions})
    events = window.events("ButtonPress", "KeyPress", "KeyRelease")
    assert [each["state"] & SHIFT for each in events if each["kind"] == "ButtonPress"] == [SHIFT, 0]
    pressed = [each["key"] for each in events if each["kind"] == "KeyPress"]
    assert pressed == ["Shift_L", "Left", "Home"]
    assert [each["key"] for each in events if each["kind"] == "KeyRelease"][-1] == "Shift_L"


@pytest.mark.parametrize("last", [{"action": "wait", "ms": 1}, {"action": "type", "text": "a"}])
async def test_no_key_stays_held_after_the_call(window: LocalWindow, last: dict[str, Any]) -> None:
    actions = [{"action": "key_down", "key": "ctrl+shift"}, last]
    async with seated(settings=ALLOWED) as model:
        done = await model.call_tool(DO, {"actions": actions})
        released = window.events("KeyRelease")
    assert [each["key"] for each in released] == ["Shift_L", "Control_L"]
    if done.is_error:
        assert "Text is typed once key_up has let go of ctrl+shift." in text(done)


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("click", {"modifiers": ["ctrl", "shift"]}),
        ("click_with_modifiers", {"modifiers": "ctrl+shift"}),
    ],
)
async def test_a_click_with_modifiers_holds_them(
    window: LocalWindow, action: str, params: dict[str, Any]
) -> None:
    async with seated(settings=ALLOWED) as model:
        done = await model.call_tool(DO, {"action_type": action, "params": {**CANVAS, **params}})
    assert structured(done)["done"] == ["ctrl+shift+left click at 900,600"]
    assert window.last("ButtonPress")["state"] & (SHIFT | CONTROL) == SHIFT | CONTROL


@pytest.mark.parametrize(
    ("action", "params", "told", "keys"),
    [
        ("key_press", {"key": "Down", "repeat": 4}, "key_press down 4 times", ["Down"] * 4),
        ("key_press", {"keys": ["a", "b"], "times": 2}, "key_press a b 2 times", [*"abab"]),
        ("hotkey", {"keys": "shift+F6", "repeat": 2}, "key_combo shift+f6 2 times", ["F6"] * 2),
    ],
)
async def test_keys_are_pressed_as_often_as_is_said(
    window: LocalWindow, action: str, params: dict[str, Any], told: str, keys: list[str]
) -> None:
    async with seated(settings=ALLOWED) as model:
        done = await model.call_tool(DO, {"action_type": action, "params": params})
    assert structured(done)["done"] == [told]
    pressed = [event["key"] for event in window.events("KeyPress")]
    assert [key for key in pressed if key != "Shift_L"] == keys


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        ({"blocked_keys": ["alt+tab"]}, [("key_down", "alt"), ("key_press", "tab")]),
        ({"block_window_close": True}, [("key_down", "alt"), ("key_press", ["a", "F4"])]),
        ({"blocked_actions": ["key_press"]}, [("key_down", "alt")]),
        ({"blocked_actions": ["click_with_modifiers"]}, [("key_down", "alt"), ("click", "")]),
    ],
)
async def test_a_held_key_goes_round_no_policy(
    policy: dict[str, Any], actions: list[tuple[str, Any]]
) -> None:
    desktop = FakeDesktop()
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), lambda: desktop)
    screen.policy = ActionPolicy(**policy)

    async def do_all() -> None:
        async with screen.controlled(False) as act:
            for name, key in actions:
                await act(name, {"keys": key} if key else CANVAS)

    with pytest.raises(ActionBlocked):
        await do_all()
    assert set(desktop.done) <= {"alt down"}
    assert desktop.down == []


async def test_a_held_key_and_the_modifiers_of_a_click_are_one_shortcut_for_a_policy() -> None:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), FakeDesktop)
    screen.policy = ActionPolicy(blocked_keys=["alt+shift"])
    async with screen.controlled(False) as act:
        await act("key_down", {"keys": "alt"})
        await act("click", {**CANVAS, "modifiers": ["ctrl"]})
        with pytest.raises(ActionBlocked, match="presses a key that is blocked"):
            await act("click", {**CANVAS, "modifiers": ["shift"]})


async def test_a_key_pressed_while_another_is_held_is_a_combination_for_a_policy() -> None:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), FakeDesktop)
    allowed = ["key_down", "key_press"]
    async with screen.controlled(False) as act:
        await act("key_down", {"keys": "alt"})
        screen.policy = ActionPolicy(allowed_actions=allowed)
        with pytest.raises(ActionBlocked, match="not one of the allowed actions"):
            await act("key_press", {"keys": "tab"})
        screen.policy = ActionPolicy(allowed_actions=[*allowed, "key_combo"])
        assert await act("key_press", {"keys": "tab"}) == "key_press tab"
