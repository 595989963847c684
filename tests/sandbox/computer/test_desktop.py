"""The desktop of a simulated computer: icons, windows, the panel, and its pictures."""

import copy

import pytest
from PIL import Image, ImageChops

from coasty_mcp.sandbox.computer import CommandError, Computer
from coasty_mcp.sandbox.scene import Box
from support.computer_user import User

ICONS = ["Browser", "Files", "Text Editor", "Terminal"]


def frame(user: User, title: str) -> tuple[int, int, int, int]:
    window = next(w for w in user.run("list_windows")["windows"] if title in w["title"])
    return window["x"], window["y"], window["width"], window["height"]


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(before, after).getbbox()


def test_a_new_computer_shows_just_its_icons_and_the_clock(user: User) -> None:
    scene = user.computer.scene()
    assert sorted(e.label for e in scene.elements) == sorted([*ICONS, "Clock"])
    assert (scene.width, scene.height, scene.history) == (1280, 720, ())


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_picture_has_the_size_of_the_screen(size: tuple[int, int]) -> None:
    picture = Computer(width=size[0], height=size[1]).picture()
    assert (picture.size, picture.mode) == (size, "RGB")


def test_the_same_state_gives_the_same_picture() -> None:
    one, other = User(), User()
    for user in (one, other):
        user.double_click("Browser")
        user.click("Contact")
    assert one.computer.png() == other.computer.png()
    assert one.computer.png() == one.computer.png()


def test_every_labelled_thing_is_drawn_where_its_box_says(user: User) -> None:
    before = user.computer.picture()
    user.double_click("Text Editor")
    box = user.find("Untitled - Text Editor", "window").box
    inside = changed(before.crop(box), user.computer.picture().crop(box))
    assert inside == (0, 0, box.right - box.left, box.bottom - box.top)


@pytest.mark.parametrize("icon", ICONS)
def test_a_double_click_on_an_icon_opens_its_application(user: User, icon: str) -> None:
    user.double_click(icon)
    assert icon in user.titles()[0]


def test_a_single_click_only_selects_an_icon_and_enter_opens_it(user: User) -> None:
    user.click("Terminal")
    assert (user.titles(), user.value("Terminal")) == ([], "selected")
    user.press("enter")
    assert user.titles() == ["Terminal"]


def test_a_second_double_click_shows_the_window_that_is_open_already(user: User) -> None:
    user.double_click("Terminal")
    user.double_click("Terminal")
    assert user.titles() == ["Terminal"]


def test_a_click_on_a_window_behind_brings_it_to_the_front(user: User) -> None:
    user.double_click("Terminal")
    user.double_click("Text Editor")
    x, y, _, _ = frame(user, "Terminal")
    user.run("click", x=x + 5, y=y + 5)
    assert user.titles()[0] == "Terminal"


def test_what_is_behind_another_window_is_not_in_the_scene(user: User) -> None:
    user.double_click("Terminal")
    assert user.sees("Command line")
    user.double_click("Browser")
    assert not user.sees("Command line")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_window_is_dragged_by_its_title_bar(size: tuple[int, int]) -> None:
    user = User(Computer(width=size[0], height=size[1]))
    user.double_click("Terminal")
    x, y, width, height = frame(user, "Terminal")
    user.drag((x + 60, y + 10), (x + 160, y + 70))
    assert frame(user, "Terminal") == (x + 100, y + 60, width, height)


def test_of_a_window_half_off_the_screen_only_the_rest_can_be_pointed_at(user: User) -> None:
    user.double_click("Terminal")
    user.run("move_window", title="Terminal", x=1000, y=500)
    box = user.find("Terminal", "window").box
    assert (box.left, box.top, box.right) == (1000, 500, 1280)
    user.click("Command line")
    assert not user.sees("Close")


def test_the_buttons_of_a_window_maximize_restore_minimize_and_close_it(user: User) -> None:
    user.double_click("Terminal")
    before = frame(user, "Terminal")
    user.click("Maximize")
    assert frame(user, "Terminal") == (0, 0, 1280, 680)
    user.click("Restore")
    assert frame(user, "Terminal") == before
    user.click("Minimize")
    assert not user.sees("Terminal", "window")
    user.click("Terminal", "button")
    assert user.sees("Terminal", "window")
    user.click("Close")
    assert user.titles() == []


def test_a_double_click_on_the_title_bar_maximizes(user: User) -> None:
    user.double_click("Terminal")
    x, y, _, _ = frame(user, "Terminal")
    user.run("double_click", x=x + 60, y=y + 10)
    assert frame(user, "Terminal") == (0, 0, 1280, 680)


def test_keys_close_the_window_and_change_to_the_one_before(user: User) -> None:
    user.double_click("Terminal")
    user.double_click("Files")
    user.press("alt", "tab")
    assert user.titles()[0] == "Terminal"
    user.press("alt", "f4")
    assert user.titles() == ["Home - Files"]


def test_windows_are_moved_and_tiled_by_command(user: User) -> None:
    user.double_click("Terminal")
    moved = user.run("move_window", title="terminal", x=201, y=30, width=501, height=400)
    assert (moved["x"], moved["y"], moved["width"], moved["height"]) == (201, 30, 501, 400)
    user.double_click("Files")
    user.run("arrange_windows", layout="tile")
    assert frame(user, "Terminal") == (0, 0, 640, 680)
    assert frame(user, "Files") == (640, 0, 640, 680)


def test_windows_are_switched_to_minimized_and_closed_by_title_or_id(user: User) -> None:
    user.double_click("Terminal")
    user.double_click("Files")
    terminal = user.run("list_windows")["windows"][1]["window_id"]
    assert user.run("switch_to_window", window_id=terminal)["active"]
    assert user.run("minimize_window", title="Terminal")["minimized"]
    assert user.run("maximize_window", title="Files")["maximized"]
    assert not user.run("restore_window", title="Files")["maximized"]
    assert user.run("close_window", title="Home - Files")["closed"]
    assert user.titles() == ["Terminal"]


def test_an_unknown_window_is_refused_by_name(user: User) -> None:
    with pytest.raises(CommandError, match="There is no window called Paint"):
        user.run("close_window", title="Paint")


def test_a_part_of_a_title_is_enough_where_it_is_of_one_window_that_stays(user: User) -> None:
    user.run("browser_open")
    user.double_click("Files")
    assert user.run("minimize_window", title="browser")["minimized"]
    with pytest.raises(CommandError, match="is a part of the title of win_1") as refused:
        user.run("close_window", title="Browser")
    assert str(refused.value).endswith(": give the window_id, or the whole title.")
    with pytest.raises(CommandError, match="e may be any of win_2"):
        user.run("minimize_window", title="e")
    assert user.run("close_window", title="home - files")["closed"]
    with pytest.raises(CommandError, match=r"called Files. There are: win_1 \(.* - Browser\)\."):
        user.run("maximize_window", title="Files")


def test_files_are_opened_from_the_file_manager(user: User) -> None:
    user.double_click("Files")
    user.double_click("Documents", "icon")
    user.double_click("welcome.txt")
    assert user.titles()[0] == "welcome.txt - Text Editor"
    assert user.value("Document").startswith("Welcome to the sandbox.")


def test_the_file_manager_shows_what_the_shell_made(user: User) -> None:
    user.double_click("Files")
    user.shell("mkdir plans")
    assert user.sees("plans", "icon")


def test_history_tells_what_was_done_in_plain_labels(user: User) -> None:
    user.double_click("Browser")
    user.go("example.com/contact")
    user.click("Name")
    user.type("Ada")
    user.press("ctrl", "a")
    user.run("scroll", x=640, y=400, direction="down", amount=2)
    assert user.computer.scene().history == (
        "double click Browser",
        "open https://example.com/contact",
        "click Name",
        "type Ada",
        "press ctrl+a",
        "scroll down",
    )


def test_history_keeps_the_last_forty(user: User) -> None:
    for number in range(50):
        user.type(str(number))
    history = user.computer.scene().history
    assert (len(history), history[0], history[-1]) == (40, "type 10", "type 49")


def test_a_deep_copy_is_a_snapshot_that_goes_its_own_way(user: User) -> None:
    user.go("example.com/contact")
    user.click("Name")
    user.type("Ada")
    snapshot = User(copy.deepcopy(user.computer))
    user.type(" Lovelace")
    user.shell("touch later.txt")
    snapshot.type("!")
    assert (user.value("Name"), snapshot.value("Name")) == ("Ada Lovelace", "Ada!")
    assert not snapshot.run("file_exists", path="later.txt")["exists"]
    snapshot.double_click("Files")
    snapshot.double_click("Downloads", "icon")
    snapshot.double_click("report.csv")
    assert user.titles() == ["Contact us - Browser"]


def test_moving_the_mouse_shows_its_pointer_there(user: User) -> None:
    before = user.computer.picture()
    user.run("move", x=900, y=500)
    area = changed(before, user.computer.picture())
    assert area is not None
    assert Box(*area).contains(905, 510)
