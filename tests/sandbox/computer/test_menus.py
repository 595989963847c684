"""Menus that a right click shows."""

from coasty_mcp.sandbox.scene import Role
from support.computer_user import User


def right_click(user: User, label: str, role: Role | None = None) -> None:
    x, y = user.find(label, role).box.middle
    user.run("click", x=x, y=y, button="right")


def menu(user: User) -> list[str]:
    return [element.label for element in user.computer.scene().named("menu item")][::-1]


def test_a_right_click_on_a_field_shows_a_menu_that_copies_and_pastes(user: User) -> None:
    user.go("example.com/contact")
    user.click("Name")
    user.type("Ada")
    before = user.computer.picture()
    right_click(user, "Name")
    assert menu(user) == ["Cut", "Copy", "Paste", "Select all"]
    assert user.computer.picture() != before
    user.click("Select all")
    right_click(user, "Name")
    user.click("Copy")
    right_click(user, "Message")
    user.click("Paste")
    assert (user.value("Message"), user.focus(), menu(user)) == ("Ada", ["Message"], [])


def test_a_right_click_on_an_icon_opens_it_from_its_menu(user: User) -> None:
    right_click(user, "Files")
    assert menu(user) == ["Open"]
    user.click("Open")
    assert user.titles() == ["Home - Files"]
    right_click(user, "Documents", "icon")
    user.click("Open")
    assert user.titles() == ["Documents - Files"]


def test_links_the_page_and_the_desktop_have_menus_of_their_own(user: User) -> None:
    user.run("click", x=900, y=600, button="right")
    user.click("Open Terminal")
    assert user.titles() == ["Terminal"]
    user.go("example.com")
    right_click(user, "Contact")
    user.click("Open link")
    assert user.sees("Contact us")
    right_click(user, "Contact us", "text")
    assert menu(user) == ["Back", "Forward", "Reload"]
    user.click("Back")
    assert user.sees("Welcome to Example")


def test_a_menu_is_closed_by_escape_by_a_click_beside_it_and_by_typing(user: User) -> None:
    for close in (
        lambda: user.press("escape"),
        lambda: user.run("click", x=1200, y=300),
        lambda: user.type("x"),
    ):
        right_click(user, "Files")
        assert menu(user) == ["Open"]
        close()
        assert (menu(user), user.titles()) == ([], [])


def test_a_menu_at_the_edge_stays_on_the_screen(user: User) -> None:
    user.run("click", x=1279, y=660, button="right")
    box = user.find("Open Terminal").box
    assert box.right <= 1280
    assert box.bottom <= 720
