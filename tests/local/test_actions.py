"""What each action of a prediction does to a desktop that only remembers, and how it is told."""

from typing import Any

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import Screen, ScreenArea, StoppedByUser, usual_action
from coasty_mcp.local.keys import NAMES, key_name
from support.local_desktop import FakeDesktop, Monitors, after

AT = {"x": 500, "y": 400}
MOVE = "move 500,400"
HERE = "500,400"

DONE: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("click", AT, f"left click at {HERE}", [MOVE, "click 1"]),
    ("click", {"x": "500.4", "y": 399.6}, f"left click at {HERE}", [MOVE, "click 1"]),
    ("click", {**AT, "button": None, "clicks": 0}, f"left click at {HERE}", [MOVE, "click 1"]),
    ("click", {**AT, "button": "middle"}, f"middle click at {HERE}", [MOVE, "click 1"]),
    ("click", {**AT, "clicks": 2}, f"left double click at {HERE}", [MOVE, "click 2"]),
    ("click", {**AT, "clicks": "9"}, f"left 3 clicks at {HERE}", [MOVE, "click 3"]),
    (
        *("click", {**AT, "modifier": "ctrl+Shift"}, f"ctrl+shift+left click at {HERE}"),
        [MOVE, "ctrl down", "shift down", "click 1"],
    ),
    ("move", AT, f"move to {HERE}", [MOVE]),
    ("scroll", {**AT, "clicks": 1}, f"scroll up by 1 at {HERE}", [MOVE, "scroll 0,-1"]),
    ("scroll", {"clicks": -1}, "scroll down by 1 at the pointer", ["scroll 0,1"]),
    *(
        (
            "scroll",
            {"direction": name, "amount": 2},
            f"scroll {name} by 2 at the pointer",
            [how] * 2,
        )
        for name, how in (
            *(("up", "scroll 0,-1"), ("down", "scroll 0,1")),
            *(("left", "scroll -1,0"), ("right", "scroll 1,0")),
        )
    ),
    *(
        (
            *("scroll", {"direction": "horizontal", "clicks": clicks}),
            *(f"scroll {name} by 1 at the pointer", [how]),
        )
        for clicks, name, how in ((1, "right", "scroll 1,0"), (-1, "left", "scroll -1,0"))
    ),
    ("scroll", {"direction": "down"}, "scroll down by 3 at the pointer", ["scroll 0,1"] * 3),
    (
        *("scroll", {"direction": "down", "amount": -999}, "scroll down by 100 at the pointer"),
        ["scroll 0,1"] * 100,
    ),
    (
        *("type_text", {"text": "a\r\nB\rc\t"}, "type_text of 6 characters"),
        [f"type {each}" for each in "a\nB\nc\t"],
    ),
    ("key_press", {"key": "Q"}, "key_press Q", ["type Q"]),
    ("key_press", {"keys": ["a", "F5"]}, "key_press a f5", ["type a", "f5 down"]),
    ("key_press", {"keys": ["Ctrl", "C"]}, "key_press ctrl+c", ["ctrl down", "c down"]),
    (
        *("key_press", {"keys": ["ctrl", "c", "v"]}, "key_press ctrl c v"),
        ["ctrl down", "type c", "type v"],
    ),
    ("key_press", {"key": "tab", "repeat": 2}, "key_press tab 2 times", ["tab down"] * 2),
    ("key_press", {"key": "tab", "repeat": 999}, "key_press tab 100 times", ["tab down"] * 100),
    ("key_combo", {"keys": "Ctrl+S"}, "key_combo ctrl+s", ["ctrl down", "s down"]),
    ("key_combo", {"key": "esc", "repeat": 0}, "key_combo esc", ["esc down"]),
    ("key_down", {"key": "F5"}, "key_down f5, until key_up or the end of this call", ["f5 down"]),
    ("wait", {}, "wait 1 s", []),
    ("wait", {"ms": 20}, "wait 0.02 s", []),
    ("wait", {"seconds": "2.5", "ms": 20}, "wait 2.5 s", []),
    ("wait", {"seconds": -1}, "wait 0 s", []),
    ("wait", {"seconds": 99}, "wait 10 s", []),
    *((each, {}, f"{each}: nothing is carried out for it", []) for each in ("done", "fail", "raw")),
]

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("tap", AT, "There is no action type tap."),
    ("click", {}, "x and y are missing."),
    ("click", {"x": 5}, "x is given without y."),
    ("click", {"x": 5, "y": "low"}, "y must be a number of pixels."),
    ("click", {**AT, "clicks": "nan"}, "clicks must be a number."),
    ("click", {**AT, "button": "back"}, "button must be left, middle or right."),
    ("move", {}, "x and y are missing."),
    ("drag", {"x2": 5, "y2": 5}, "x1 and y1 are missing."),
    ("drag", {"from_x": 5, "from_y": 5}, "x2 and y2 are missing."),
    ("scroll", {"direction": "in"}, "direction must be up, down, left or right."),
    ("scroll", {"clicks": "many"}, "amount must be a number."),
    ("type_text", {}, "text must be text."),
    ("type_text", {"text": "a\x1b"}, "text has a control character in it, which no key types."),
    ("type_text", {"text": "\ud800"}, "text has a control character in it, which no key types."),
    ("type_text", {"text": "a" * 20_001}, "text may have 20000 characters, not 20001"),
    ("key_press", {}, "keys must be a list of key names."),
    ("key_press", {"keys": 5}, "keys must be a list of key names."),
    ("key_combo", {"keys": []}, "keys must be a list of key names."),
    ("key_combo", {"keys": "hyperspace"}, "There is no key hyperspace."),
    ("key_combo", {"keys": "ab"}, "There is no key ab."),
    ("key_down", {"keys": ""}, "key must be the name of a key."),
    ("key_up", {}, "key must be the name of a key."),
    ("key_up", {"key": "a"}, "a is not held down."),
    ("wait", {"seconds": "inf"}, "seconds must be a number."),
    ("wait", {"ms": [5]}, "ms must be a number."),
]


async def do(desktop: FakeDesktop, *actions: tuple[str, dict[str, Any]]) -> list[str]:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), lambda: desktop)
    async with screen.controlled(False) as act:
        return [await act(kind, params) for kind, params in actions]


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long actions have waited, in seconds, which takes no time."""
    slept = list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("coasty_mcp.local.actions.sleep", sleep)
    for module in ("mouse", "keyboard"):
        monkeypatch.setattr(f"coasty_mcp.local.{module}.EVENT_PAUSE", 0)
    return slept


@pytest.mark.parametrize(("kind", "params", "told", "done"), DONE)
async def test_an_action_does_what_it_says(
    slept: list[float], kind: str, params: dict[str, Any], told: str, done: list[str]
) -> None:
    desktop = FakeDesktop()
    assert await do(desktop, (kind, params)) == [told]
    assert desktop.done == done
    assert desktop.down == []
    assert slept == ([float(told.split()[1])] if kind == "wait" else [])


@pytest.mark.parametrize("shape", [("x1", "y1", "x2", "y2"), ("from_x", "from_y", "to_x", "to_y")])
async def test_a_drag_passes_over_what_lies_between(shape: tuple[str, ...]) -> None:
    desktop, drag = FakeDesktop(), dict(zip(shape, (500, 400, 300, 440), strict=True))
    told = await do(desktop, ("drag", {**drag, "button": "right"}))
    assert told == ["right drag from 500,400 to 300,440"]
    assert desktop.done[:2] == [MOVE, "right down"]
    passed = [f"move {500 - 10 * step},{400 + 2 * step}" for step in range(1, 21)]
    assert desktop.done[2:] == passed
    assert desktop.down == []


async def test_a_key_is_held_until_it_is_let_go() -> None:
    desktop = FakeDesktop()
    shift = {"keys": ["Shift"]}
    told = await do(
        desktop, ("key_down", shift), ("key_down", shift), ("key_up", shift), ("click", AT)
    )
    assert told[2] == "key_up shift"
    assert desktop.done == ["shift down", MOVE, "click 1"]


async def test_a_key_that_is_only_lent_to_a_character_cannot_be_held() -> None:
    desktop = FakeDesktop(keyboard_adapted=True)
    with pytest.raises(InvalidRequest, match="This keyboard has no key é that could be held"):
        await do(desktop, ("key_down", {"key": "é"}))
    assert desktop.done == []
    assert not desktop.prepared


async def test_a_desktop_that_counts_no_clicks_gets_each_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coasty_mcp.local.mouse.CLICK_PAUSE", 0)
    desktop = FakeDesktop(counts_clicks=False)
    assert await do(desktop, ("click", {**AT, "clicks": 3})) == [f"left 3 clicks at {HERE}"]
    assert desktop.done == [MOVE, *["click 1"] * 3]


@pytest.mark.parametrize(
    ("kind", "params", "unfinished", "done"),
    [
        ("click", {**AT, "clicks": 3}, "2 of 3 clicks had been done by then", "click 1"),
        ("scroll", {**AT, "amount": 3}, "2 of 3 notches had been done by then", "scroll 0,-1"),
    ],
)
async def test_a_corner_stops_between_two_clicks_or_notches(
    monkeypatch: pytest.MonkeyPatch, kind: str, params: dict[str, Any], unfinished: str, done: str
) -> None:
    monkeypatch.setattr("coasty_mcp.local.mouse.CLICK_PAUSE", 0)
    desktop = FakeDesktop(counts_clicks=False)
    desktop.soon = after(2, desktop.slam)
    with pytest.raises(StoppedByUser, match=unfinished):
        await do(desktop, (kind, params))
    assert desktop.done == [MOVE, done, done]


@pytest.mark.parametrize(("kind", "params", "sentence"), REFUSED)
async def test_what_cannot_be_done_is_refused(
    kind: str, params: dict[str, Any], sentence: str
) -> None:
    desktop = FakeDesktop()
    with pytest.raises(InvalidRequest) as refused:
        await do(desktop, (kind, params))
    assert refused.value.facts["message"].startswith(sentence)
    assert desktop.done == []


def test_the_code_of_a_prediction_is_not_looked_at() -> None:
    assert usual_action("raw", {"code": "pyautogui.click(5)"}) == ("raw", {})


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_known_to_x_under_its_name(name: str) -> None:
    from coasty_mcp.local.x11_keyboard import keysym_of

    assert key_name(name) == name
    assert keysym_of(name)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("Control_L", "ctrl"), ("ctrlright", "ctrl_r"), ("Super_L", "cmd"), ("AltGr", "alt_gr")),
        *(
            ("altleft", "alt"),
            ("altright", "alt_r"),
            ("AltGraph", "alt_gr"),
            ("shiftright", "shift_r"),
            ("winleft", "cmd"),
            ("winright", "cmd_r"),
        ),
        *(("win", "cmd"), ("Escape", "esc"), ("apps", "menu"), ("PrintScreen", "print_screen")),
        *(("ISO_Level3_Shift", "alt_gr"), ("Page_Down", "page_down"), ("print", "print_screen")),
        *(("Page-Up", "page_up"), ("caps lock", "caps_lock"), (" ", "space"), ("Ä", "Ä")),
        *(
            ("Return", "enter"),
            ("KP_Enter", "enter"),
            ("num0", "0"),
            ("F1", "f1"),
            ("F20", "f20"),
            ("é", "é"),
        ),
    ],
)
def test_keys_of_all_spellings_have_pynputs_names(written: str, name: str) -> None:
    assert key_name(written) == name
