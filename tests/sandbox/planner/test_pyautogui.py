"""pyautogui source becomes actions, without being run."""

import pytest

from coasty_mcp.sandbox.planner import parse_code


def parsed(code: str) -> list[tuple[str, dict[str, object]]]:
    return [(action["action_type"], action["params"]) for action in parse_code(code)]


def key(name: str) -> tuple[str, dict[str, object]]:
    return ("key_press", {"keys": [name], "key": name})


AT = {"x": 10, "y": 20}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pyautogui.click(10, 20)", [("click", AT)]),
        ("click(x=9.6, y=20, button='left')", [("click", AT)]),
        ("pyautogui.click(10, 20, 3)", [("click", {**AT, "clicks": 3})]),
        ("pyautogui.doubleClick(10, 20)", [("click", {**AT, "clicks": 2})]),
        ("pyautogui.rightClick(10, 20)", [("click", {**AT, "button": "right"})]),
        ("pyautogui.moveTo(10, 20, duration=1)\nclick()", [("move", AT), ("click", AT)]),
        ("pyautogui.write('hi', interval=0.02)", [("type_text", {"text": "hi"})]),
        ("pyautogui.typewrite(message='hi')", [("type_text", {"text": "hi"})]),
        ("pyautogui.press('tab', presses=2)", [key("tab"), key("tab")]),
        ("pyautogui.press(['left', 'up'])", [key("left"), key("up")]),
        ("pyautogui.hotkey('ctrl', 'c')", [("key_combo", {"keys": ["ctrl", "c"]})]),
        (
            "pyautogui.keyDown('shift')\npress('a')\npyautogui.keyUp('shift')\npress('b')",
            [("key_combo", {"keys": ["shift", "a"]}), key("b")],
        ),
        (
            "pyautogui.scroll(-3)",
            [("scroll", {"direction": "down", "amount": 3, "clicks": -3})],
        ),
        (
            "pyautogui.scroll(3, x=10, y=20)",
            [("scroll", {**AT, "direction": "up", "amount": 3, "clicks": 3})],
        ),
        ("pyautogui.hscroll(4)", [("scroll", {"direction": "right", "amount": 4})]),
        ("time.sleep(0.5)", [("wait", {"seconds": 0.5, "ms": 500})]),
    ],
)
def test_a_call_becomes_an_action(code: str, expected: list[tuple[str, dict[str, object]]]) -> None:
    assert parsed(code) == expected


def test_a_drag_starts_where_the_mouse_was_moved_to() -> None:
    _, (kind, params) = parsed("pyautogui.moveTo(1, 2)\npyautogui.dragTo(3, 4, duration=0.4)")
    assert kind == "drag"
    corners = {"x1": 1, "y1": 2, "x2": 3, "y2": 4}
    assert params == corners | {"from_x": 1, "from_y": 2, "to_x": 3, "to_y": 4}


def test_an_action_carries_the_line_that_it_came_from() -> None:
    actions = parse_code("import pyautogui\n# look\npyautogui.click(1, 2)  # here\n")
    assert [action.get("raw_code") for action in actions] == ["pyautogui.click(1, 2)"]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "x = 3",
        "print('hi')",
        "page.click(1, 2)",
        "pyautogui.click(x, y)",
        "pyautogui.click('button.png')",
        "pyautogui.click()",
        "pyautogui.click(1e999, 2)",
        "pyautogui.dragTo(3, 4)",
        "pyautogui.keyUp('shift')",
        "pyautogui.press(*keys)",
        "pyautogui.press([], presses=10)",
        "__import__('os').system('true')",
        "pyautogui.write(open('/etc/passwd').read())",
    ],
)
def test_what_is_no_action_is_left_out(code: str) -> None:
    assert parse_code(code) == []


def test_a_typing_error_does_not_fill_the_memory() -> None:
    assert len(parse_code("pyautogui.press(['a', 'b'], presses=1000000000)")) == 100


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("pyautogui.click(1,\n", "Line 1 of the code is not Python: '\\(' was never closed"),
        ("x = 1\nclick click", "Line 2 of the code is not Python"),
        ("click(1, 2)\0", "not Python|cannot be read"),
        ("(" * 3000, "not Python|cannot be read"),
        ("-" * 40000 + "1", "not Python|cannot be read"),
    ],
)
def test_what_is_not_python_is_refused(code: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_code(code)
