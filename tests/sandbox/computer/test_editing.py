"""Text under the keys: the editor, the fields of pages, and the terminal's prompt."""

import pytest

from support.computer_user import User


@pytest.fixture
def user() -> User:
    user = User()
    user.double_click("Text Editor")
    return user


def test_ctrl_s_saves_into_the_file_system(user: User) -> None:
    user.type("milk\neggs")
    assert user.sees("*Untitled - Text Editor", "window")
    user.press("ctrl", "s")
    assert user.sees("untitled.txt - Text Editor", "window")
    assert user.read("Documents/untitled.txt") == "milk\neggs"


def test_the_save_button_saves_a_file_that_was_opened(user: User) -> None:
    user.double_click("Files")
    user.double_click("Downloads", "icon")
    user.double_click("report.csv")
    user.type("total,,0\n")
    user.click("Save")
    assert user.shell("head -n 2 Downloads/report.csv") == "total,,0\nmonth,orders,revenue\n"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["backspace"], "one two\nthree fou"),
        (["ctrl+backspace"], "one two\nthree "),
        (["home", "X"], "one two\nXthree four"),
        (["ctrl+home", "X"], "Xone two\nthree four"),
        (["ctrl+home", "delete"], "ne two\nthree four"),
        (["ctrl+home", "ctrl+delete"], " two\nthree four"),
        (["up", "X"], "one twoX\nthree four"),
        (["home", "up", "right", "down", "X"], "one two\ntXhree four"),
        (["home", "left", "X"], "one twoX\nthree four"),
        (["ctrl+left", "X"], "one two\nthree Xfour"),
        (["shift+home", "X"], "one two\nX"),
        (["ctrl+shift+left", "delete"], "one two\nthree "),
        (["ctrl+a", "X"], "X"),
        (["ctrl+a", "ctrl+c", "end", "ctrl+v"], "one two\nthree four" * 2),
        (["ctrl+a", "ctrl+x"], ""),
        (["shift+a", "space", "B"], "one two\nthree fourA B"),
        (["tab", "enter", "Escape"], "one two\nthree four    \n"),
    ],
)
def test_the_keys_that_everyone_knows_edit_the_text(user: User, keys: list[str], text: str) -> None:
    user.type("one two\nthree four")
    for key in keys:
        user.run("key_press", key=key)
    assert user.value("Document") == text


def test_a_click_puts_the_caret_under_the_pointer(user: User) -> None:
    user.type("abcdef\n\nlast")
    box = user.find("Document").box
    user.run("click", x=box.left + 18, y=box.top + 8)
    user.type("|")
    assert user.value("Document") == "ab|cdef\n\nlast"


def test_a_drag_selects_and_a_double_click_selects_a_word(user: User) -> None:
    user.type("abcdef ghi")
    box = user.find("Document").box
    user.drag((box.left + 1, box.top + 8), (box.left + 25, box.top + 8))
    user.type("-")
    assert user.value("Document") == "-def ghi"
    user.run("double_click", x=box.left + 10, y=box.top + 8)
    user.type("word")
    assert user.value("Document") == "-word ghi"


def test_a_click_with_shift_selects_up_to_it(user: User) -> None:
    user.type("abcdef")
    box = user.find("Document").box
    user.run("click_with_modifiers", x=box.left + 18, y=box.top + 8, modifiers=["shift"])
    user.press("delete")
    assert user.value("Document") == "ab"


def test_text_is_carried_from_one_application_to_another(user: User) -> None:
    user.type("Ada")
    user.press("ctrl", "a")
    user.press("ctrl", "c")
    user.go("example.com/contact")
    user.click("Name")
    user.press("ctrl", "v")
    assert user.value("Name") == "Ada"


def test_a_long_text_scrolls_with_the_caret_and_with_the_wheel(user: User) -> None:
    user.type("\n".join(f"line {number}" for number in range(100)))
    bottom = user.computer.picture()
    box = user.find("Document").box
    x, y = box.middle
    user.run("scroll", x=x, y=y, direction="up", amount=100)
    user.run("click", x=box.left + 2, y=box.top + 8)
    user.type("FIRST ")
    assert user.value("Document").startswith("FIRST line 0\n")
    assert user.computer.picture().tobytes() != bottom.tobytes()


def test_the_terminal_runs_what_is_typed_and_remembers_it(user: User) -> None:
    user.double_click("Terminal")
    user.type("echo one > note.txt\n")
    assert user.read("note.txt") == "one\n"
    user.press("up")
    assert user.value("Command line") == "echo one > note.txt"
    user.press("down")
    assert user.value("Command line") == ""


def test_exit_closes_the_terminal_window(user: User) -> None:
    user.double_click("Terminal")
    user.type("exit\n")
    assert not user.sees("Terminal", "window")


def test_a_scrolled_text_stays_where_it_is_under_clicks_and_keys(user: User) -> None:
    user.type("\n".join(f"line {number}" for number in range(80)))
    user.run("scroll", x=700, y=300, direction="up", amount=20)
    for letter in "AB":
        user.run("click", x=700, y=300)
        user.type(letter)
    [line] = [line for line in user.value("Document").split("\n") if line[-1] in "AB"]
    assert line.endswith("AB")
    user.run("drag", from_x=700, from_y=300, to_x=700, to_y=320)
    user.run("click", x=700, y=300)
    user.type("C")
    assert f"{line}C" in user.value("Document")
