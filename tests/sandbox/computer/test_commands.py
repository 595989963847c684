"""The machine commands of a simulated computer: which there are, and how they read parameters."""

from base64 import b64decode
from collections import Counter
from typing import Any

import pytest

from coasty_mcp.sandbox.computer import COMMANDS, SCOPES, CommandError
from support.computer_user import User


def test_there_are_the_49_documented_commands_and_three_aliases() -> None:
    assert len(COMMANDS) == 49
    assert (COMMANDS[0], COMMANDS[-1]) == ("screenshot", "browser_execute")
    assert set(SCOPES) - set(COMMANDS) == {"type_text", "wait", "move"}


def test_every_command_needs_its_documented_scope() -> None:
    assert Counter(SCOPES[command] for command in COMMANDS) == {
        "actions:exec": 33,
        "terminal:exec": 5,
        "files:read": 5,
        "files:write": 5,
        "browser:execute": 1,
    }
    assert SCOPES["file_list_downloads"] == "files:read"
    assert SCOPES["directory_delete"] == "files:write"


@pytest.mark.parametrize("command", SCOPES)
def test_every_command_answers_or_says_why_not(user: User, command: str) -> None:
    user.go("example.com/articles")
    try:
        answer = str(user.run(command))
    except CommandError as refusal:
        answer = str(refusal)
    assert len(answer) > 2


@pytest.mark.parametrize(
    ("command", "parameters", "complaint"),
    [
        ("click", {"x": 5}, "click needs y"),
        ("click", {"x": 1280, "y": 5}, r"\(1280, 5\) is off the screen, which is 1280x720"),
        ("click", {"x": -1, "y": 5}, "off the screen"),
        ("click", {"x": "left", "y": 5}, "x must be a number"),
        ("click", {"x": float("nan"), "y": 5}, "x must be a number"),
        ("click", {"x": 5, "y": 5, "clicks": 9}, "clicks must be 1, 2 or 3"),
        ("type", {}, "type needs text"),
        ("type", {"text": ["a"]}, "text must be a text"),
        ("type", {"text": "a" * 20_001}, "longer than"),
        ("key_press", {}, "key_press needs key"),
        ("key_press", {"key": "warp"}, "There is no key called warp"),
        ("key_combo", {"keys": ["a", "b"]}, "more than one key"),
        ("key_combo", {"keys": 5}, "keys must be"),
        ("scroll", {"x": 5, "y": 5}, "scroll needs direction"),
        ("scroll", {"direction": "sideways"}, "direction must be one of"),
        ("drag", {"from_x": 1, "from_y": 1, "to_x": 5000, "to_y": 1}, "off the screen"),
        ("switch_to_window", {}, "switch_to_window needs window_id"),
        ("arrange_windows", {"layout": "pile"}, "There is no layout pile"),
        ("terminal_execute", {}, "terminal_execute needs command"),
        ("file_write", {"path": "x"}, "file_write needs content"),
        ("browser_navigate", {}, "browser_navigate needs url"),
        ("browser_execute", {}, "browser_execute needs script"),
    ],
)
def test_a_bad_parameter_is_refused_by_name(
    user: User, command: str, parameters: dict[str, Any], complaint: str
) -> None:
    user.double_click("Browser")
    with pytest.raises(CommandError, match=complaint):
        user.run(command, **parameters)


@pytest.mark.parametrize(
    ("command", "parameters"),
    [
        ("key_press", {"key": "ctrl+a"}),
        ("key_press", {"keys": ["ctrl", "a"]}),
        ("key_combo", {"keys": ["Control", "A"]}),
        ("key_combo", {"keys": "ctrl+a", "unknown": 1}),
    ],
)
def test_keys_are_understood_in_every_form(
    user: User, command: str, parameters: dict[str, Any]
) -> None:
    user.double_click("Text Editor")
    user.type("old")
    user.run(command, **parameters)
    user.run("type_text", text="new")
    assert user.value("Document") == "new"


def test_a_list_of_keys_is_pressed_one_after_the_other(user: User) -> None:
    user.double_click("Text Editor")
    user.run("key_press", keys=["a", "enter", "b"])
    assert user.value("Document") == "a\nb"


@pytest.mark.parametrize(
    ("parameters", "direction"),
    [
        ({"direction": "down", "amount": 3}, "down"),
        ({"clicks": -3}, "down"),
        ({"clicks": 3}, "up"),
        ({"direction": "up"}, "up"),
    ],
)
def test_scrolling_is_told_by_direction_or_by_signed_clicks(
    user: User, parameters: dict[str, Any], direction: str
) -> None:
    assert user.run("scroll", x=600, y=400, **parameters) == {"direction": direction, "amount": 3}


def test_a_drag_is_told_by_either_pair_of_names(user: User) -> None:
    for parameters in (
        {"from_x": 400, "from_y": 140, "to_x": 410, "to_y": 140},
        {"x1": 410, "y1": 140, "x2": 420, "y2": 140},
    ):
        user.double_click("Terminal")
        before = user.find("Terminal", "window").box.left
        user.run("drag", **parameters)
        assert user.find("Terminal", "window").box.left == before + 10


def test_waiting_takes_milliseconds_or_seconds(user: User) -> None:
    assert user.run("wait", ms=250) == {"waited_ms": 250}
    assert user.run("wait", seconds=1.5) == {"waited_ms": 1500}


def test_a_click_with_the_right_button_presses_nothing(user: User) -> None:
    user.go("example.com/contact")
    x, y = user.find("Subscribe to the newsletter").box.middle
    user.run("click", x=x, y=y, button="right")
    assert user.value("Subscribe to the newsletter") == "off"


def test_files_are_written_appended_edited_read_and_deleted(user: User) -> None:
    assert user.run("file_write", path="a/b.txt", content="één") == {
        "path": "/home/user/a/b.txt",
        "bytes_written": 5,
    }
    user.run("file_append", path="~/a/b.txt", content=" twee een")
    edited = user.run("file_edit", path="a/b.txt", old_text="een", new_text="drie")
    assert edited["replacements"] == 1
    assert user.read("/home/user/a/b.txt") == "één twee drie"
    assert user.run("file_delete", path="a/b.txt")["deleted"]
    assert not user.run("file_exists", path="a/b.txt")["exists"]
    assert user.run("directory_delete", path="a")["deleted"]
    assert user.shell("ls") == "Desktop\nDocuments\nDownloads\n"


def test_folders_are_listed_and_files_downloaded(user: User) -> None:
    listed = user.run("directory_list", path="~")["entries"]
    assert {"name": "Documents", "type": "directory"} in listed
    (report,) = user.run("file_list_downloads")["entries"]
    download = user.run("file_download", path="Downloads/report.csv")
    assert download["filename"] == report["name"] == "report.csv"
    content = b64decode(download["content_b64"])
    assert len(content) == download["size_bytes"] == report["size_bytes"]
    assert content.startswith(b"month,orders,revenue")


@pytest.mark.parametrize(
    ("command", "parameters", "complaint"),
    [
        ("file_read", {"path": "nope"}, "/home/user/nope: No such file"),
        ("file_read", {"path": "Documents"}, "Is a directory"),
        ("file_delete", {"path": "Documents"}, "use directory_delete"),
        ("directory_delete", {"path": "Downloads/report.csv"}, "use file_delete"),
        ("directory_delete", {"path": "/"}, "Permission denied"),
        ("directory_list", {"path": "Downloads/report.csv"}, "Not a directory"),
        ("file_write", {"path": "Documents", "content": ""}, "Is a directory"),
        ("file_write", {"path": "big", "content": "x" * 30_000_001}, "File too large"),
        (
            "file_edit",
            {"path": "Downloads/report.csv", "old_text": "May", "new_text": "June"},
            "old_text is not in",
        ),
    ],
)
def test_what_cannot_be_done_to_a_file_is_refused(
    user: User, command: str, parameters: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        user.run(command, **parameters)


@pytest.mark.parametrize(
    ("keys", "chord"),
    [
        (["Control_L", "a"], "ctrl+a"),
        (["ctrlleft", "a"], "ctrl+a"),
        ("Control+Shift+T", "ctrl+shift+t"),
        (["Super_R"], "meta"),
        (["winleft", "d"], "meta+d"),
        (["ISO_Level3_Shift", "e"], "alt+e"),
        ("ctrl++", "ctrl++"),
        ("num0", "0"),
        ("KP_5", "5"),
        ("KP_Enter", "enter"),
        ("KP_Subtract", "-"),
        ("plus", "+"),
        ("slash", "/"),
        ("bracketleft", "["),
        ("print", "printscreen"),
        ("prtsc", "printscreen"),
        ("Page_Up", "pageup"),
        ("Prior", "pageup"),
        ("pgdn", "pagedown"),
        ("Return", "enter"),
        ("BackSpace", "backspace"),
        ("ArrowLeft", "left"),
        ("Caps_Lock", "capslock"),
        ("F13", "f13"),
        ("volumemute", "volumemute"),
        ("ä", "ä"),
    ],
)
def test_keys_are_known_by_all_their_usual_names(
    user: User, keys: str | list[str], chord: str
) -> None:
    assert "+".join(user.run("key_combo", keys=keys)["keys"]) == "+".join(chord.split("+"))


def test_what_a_mouse_cannot_do_here_is_said(user: User) -> None:
    with pytest.raises(CommandError, match="does not do anything on a middle click"):
        user.run("click", x=640, y=300, button="middle")
    with pytest.raises(CommandError, match="button must be left or right"):
        user.run("click", x=640, y=300, button="side")
    assert user.run("drag", from_x=900, from_y=600, to_x=640, to_y=300) == {"dragged": False}


def test_an_unknown_key_is_answered_with_those_that_there_are_and_no_guess(user: User) -> None:
    with pytest.raises(CommandError, match="There is no key called prunt") as error:
        user.run("key_press", key="prunt")
    assert "mean" not in str(error.value)
    with pytest.raises(CommandError, match="foo is no key to hold: ctrl, alt, shift, meta"):
        user.run("click_with_modifiers", x=1, y=1, modifiers=["foo"])


@pytest.mark.parametrize(
    ("parameters", "direction"),
    [
        ({"clicks": 2}, "up"),
        ({"clicks": -2}, "down"),
        ({"clicks": -2, "direction": "vertical"}, "down"),
        ({"clicks": 2, "direction": "horizontal"}, "right"),
        ({"amount": 2, "direction": "left"}, "left"),
    ],
)
def test_a_scroll_is_taken_in_either_spelling_and_sideways_says_that_nothing_moves(
    user: User, parameters: dict[str, Any], direction: str
) -> None:
    done = user.computer.run("scroll", parameters)
    assert (done["direction"], done["amount"]) == (direction, 2)
    user.run("browser_open")
    for each in (done, user.computer.run("browser_scroll", parameters)):
        assert ("not scroll sideways" in each.get("note", "")) is (direction in ("left", "right"))
