"""The browser of a simulated computer: pages, forms, tabs, and its commands."""

import pytest

from coasty_mcp.sandbox.computer import CommandError, Computer
from support.computer_user import User

CONTACT = "https://example.com/contact"


def state(user: User) -> str:
    return user.run("browser_state")["url"]


def test_the_home_page_leads_to_the_other_pages(user: User) -> None:
    user.double_click("Browser")
    for link, url in (
        ("Contact", CONTACT),
        ("Sign in", "https://example.com/login"),
        ("Articles", "https://example.com/articles"),
    ):
        user.click(link, "link")
        assert state(user) == url
        user.click("Back")
    assert state(user) == "https://example.com/"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_form_is_filled_in_and_sent_with_mouse_and_keyboard(size: tuple[int, int]) -> None:
    user = User(Computer(width=size[0], height=size[1]))
    user.go(CONTACT)
    user.click("Name")
    user.type("Ada Lovelace\tada@example.com")
    user.click("Support")
    user.click("Message")
    user.type("Hello,\nhow are you?")
    user.click("Subscribe to the newsletter")
    user.click("Send")
    for said in (
        "Thank you, Ada Lovelace!",
        "Name: Ada Lovelace",
        "Email: ada@example.com",
        "Topic: Support",
        "Message: Hello,\nhow are you?",
        "Newsletter: yes",
    ):
        assert user.sees(said, "text")


def test_the_whole_contact_form_is_in_sight_at_once(user: User) -> None:
    user.go(CONTACT)
    for label in ("Name", "Email", "Sales", "Message", "Subscribe to the newsletter", "Send"):
        assert user.sees(label)
    assert not user.sees("Scrollbar")


def test_a_form_with_a_gap_says_what_is_missing_and_stays(user: User) -> None:
    user.go(CONTACT)
    user.click("Send")
    assert user.sees("Please fill in Name.", "alert")
    assert (state(user), user.focus()) == (CONTACT, ["Name"])


def test_a_click_on_a_checkbox_ticks_it_and_another_unticks_it(user: User) -> None:
    user.go(CONTACT)
    user.click("Subscribe to the newsletter")
    assert user.value("Subscribe to the newsletter") == "on"
    user.click("Subscribe to the newsletter")
    assert user.value("Subscribe to the newsletter") == "off"


def test_one_of_the_choices_is_chosen_at_a_time(user: User) -> None:
    user.go(CONTACT)
    user.click("Sales")
    user.click("Billing")
    assert {user.value(option) for option in ("Sales", "Support", "Billing")} == {"Billing"}


def test_tab_walks_through_the_form_and_the_keyboard_alone_can_send_it(user: User) -> None:
    user.go("example.com/login")
    user.press("tab")
    assert user.focus() == ["Email"]
    user.type("ada")
    user.press("tab")
    user.press("shift", "tab")
    user.type("grace")
    user.press("tab")
    user.type("secret")
    user.press("Return")
    assert user.sees("Signed in as grace.", "text")


def test_space_ticks_a_checkbox_and_arrows_change_a_choice(user: User) -> None:
    user.go(CONTACT)
    user.click("Sales")
    user.press("right")
    assert user.value("Sales") == "Support"
    user.press("tab")
    user.press("tab")
    user.press("space")
    assert user.value("Subscribe to the newsletter") == "on"


def test_a_password_is_not_shown_but_kept(user: User) -> None:
    user.go("example.com/login")
    user.click("Password")
    user.type("aaaa")
    first = user.computer.picture()
    user.press("ctrl", "a")
    user.type("bbbb")
    assert user.computer.picture().tobytes() == first.tobytes()
    assert user.value("Password") == "bbbb"


def test_typed_letters_appear_in_the_field_and_nowhere_else(user: User) -> None:
    user.go(CONTACT)
    user.click("Name")
    before = user.computer.picture()
    user.type("X" * 300)
    after = user.computer.picture()
    box = user.find("Name").box
    assert before.crop(box).tobytes() != after.crop(box).tobytes()
    before.paste(0, box)
    after.paste(0, box)
    assert before.tobytes() == after.tobytes()


def test_the_wheel_scrolls_the_page_under_the_pointer(user: User) -> None:
    user.go("example.com/articles")
    assert not user.sees("Back to the home page")
    user.run("scroll", x=640, y=400, direction="down", amount=100)
    assert user.sees("Back to the home page")
    user.run("scroll", x=640, y=400, clicks=100)
    assert user.sees("1. Apples")


def test_the_wheel_over_the_wallpaper_scrolls_nothing(user: User) -> None:
    user.go("example.com/articles")
    user.run("scroll", x=60, y=600, direction="down", amount=100)
    assert user.sees("1. Apples")


def test_a_long_page_is_scrolled_by_keys_and_by_its_scrollbar(user: User) -> None:
    user.go("example.com/articles")
    user.press("end")
    assert user.value("Scrollbar") == "100%"
    user.press("Home")
    assert user.value("Scrollbar") == "0%"
    box = user.find("Scrollbar").box
    x = box.middle[0]
    user.drag((x, box.top + 10), (x, box.bottom))
    assert user.sees("Back to the home page")


def test_tab_brings_a_link_far_below_into_sight(user: User) -> None:
    user.go("example.com/articles")
    user.press("tab")
    assert user.focus() == ["Back to the home page"]
    user.press("enter")
    assert state(user) == "https://example.com/"


def test_an_address_is_typed_after_ctrl_l(user: User) -> None:
    user.double_click("Browser")
    user.press("ctrl", "l")
    user.type("docs.python.org/3\n")
    assert state(user) == "https://docs.python.org/3"
    assert user.sees("docs.python.org", "text")


def test_words_in_the_address_bar_are_searched(user: User) -> None:
    user.double_click("Browser")
    user.click("Address")
    user.press("ctrl", "a")
    user.type("contact page\n")
    user.click("Contact")
    assert state(user) == CONTACT


def test_an_address_that_cannot_be_read_still_gives_a_page(user: User) -> None:
    assert user.run("browser_navigate", url="http://[oops")["title"] == "http://[oops"


def test_tabs_are_opened_switched_and_closed_with_the_mouse(user: User) -> None:
    user.double_click("Browser")
    user.click("Contact")
    user.click("New tab")
    assert state(user) == "https://example.com/"
    user.click("Contact us", "tab")
    assert state(user) == CONTACT
    user.press("ctrl", "w")
    assert state(user) == "https://example.com/"
    user.click("Close tab")
    assert not user.sees("Example - Browser")


def test_tabs_are_listed_switched_and_closed_by_command(user: User) -> None:
    user.run("browser_open", url=CONTACT)
    opened = user.run("browser_open_tab", url="example.com/login")["tabs"]
    assert [tab["active"] for tab in opened] == [False, True]
    assert user.run("browser_switch_tab", index=0)["tabs"][0]["active"]
    left = user.run("browser_close_tab", tab_id=opened[1]["tab_id"])["tabs"]
    assert [tab["url"] for tab in left] == [CONTACT]
    with pytest.raises(CommandError, match="There is no tab 7"):
        user.run("browser_switch_tab", index=7)


def test_a_page_is_driven_by_selectors_as_in_a_batch(user: User) -> None:
    user.go("https://example.com/login")
    user.run("browser_type", selector="#email", text="ada")
    user.run("browser_type", selector="input[type='password']", text="***")
    done = user.run("browser_click", selector="button[type=submit]")
    assert done == {"url": "https://example.com/account", "title": "Your account"}


def test_a_choice_is_made_by_selector_or_by_its_words(user: User) -> None:
    user.go(CONTACT)
    user.run("browser_type", selector="#topic", text="Sales")
    assert user.value("Sales") == "Sales"
    user.run("browser_click", selector="text=billing")
    assert user.value("Sales") == "Billing"


def test_typing_by_selector_replaces_what_the_field_held(user: User) -> None:
    user.go(CONTACT)
    for text in ("Ada", "Grace"):
        user.run("browser_type", selector="#name", text=text)
    assert user.value("Name") == "Grace"


@pytest.mark.parametrize("selector", ["#nothing", "div > p", "text=Unsubscribe"])
def test_a_selector_that_finds_nothing_is_refused(user: User, selector: str) -> None:
    user.go(CONTACT)
    with pytest.raises(CommandError, match=selector):
        user.run("browser_click", selector=selector)


def test_clickables_can_be_clicked_by_their_selector_and_by_their_place(user: User) -> None:
    user.go(CONTACT)
    found = {c["text"]: c for c in user.run("browser_get_clickables")["clickables"]}
    assert list(found)[:2] == ["Name", "Email"]
    tick = found["Subscribe to the newsletter"]
    user.run("browser_click", selector=tick["selector"])
    assert user.value("Subscribe to the newsletter") == "on"
    user.run("browser_click", x=tick["x"] + 3, y=tick["y"] + tick["height"] // 2)
    assert user.value("Subscribe to the newsletter") == "off"


def test_the_dom_tells_what_the_form_holds(user: User) -> None:
    user.go(CONTACT)
    user.run("browser_type", selector="#name", text='Ada "the first"')
    user.run("browser_click", selector="text=Sales")
    dom = user.run("browser_get_dom")["dom"]
    assert '<input id="name" name="name" type="text" ' in dom
    assert 'value="Ada &quot;the first&quot;"' in dom
    assert '<input type="radio" name="topic" value="Sales" checked>' in dom


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("document.title", "Contact us"),
        ("return location.href;", CONTACT),
        ("document.querySelector('#name').value", "Ada"),
        ('document.getElementById("subscribe").checked', False),
        ("document.querySelector('h1').textContent", "Contact us"),
    ],
)
def test_a_little_javascript_is_understood(user: User, script: str, value: object) -> None:
    user.go(CONTACT)
    user.run("browser_type", selector="#name", text="Ada")
    assert user.run("browser_execute", script=script) == {"value": value}
    assert user.run("browser_execute", javascript=script) == {"value": value}


def test_other_javascript_is_refused_and_told_why(user: User) -> None:
    user.go(CONTACT)
    with pytest.raises(CommandError, match="runs no JavaScript beyond"):
        user.run("browser_execute", code="fetch('/secrets')")


def test_browser_commands_without_a_browser_say_how_to_open_it(user: User) -> None:
    with pytest.raises(CommandError, match="browser_open"):
        user.run("browser_get_dom")


def test_the_browser_tells_about_itself_waits_scrolls_and_closes(user: User) -> None:
    user.go("example.com/articles")
    assert user.run("browser_info")["tab_count"] == 1
    assert user.run("browser_wait", seconds=2)["waited_ms"] == 2000
    assert user.run("browser_wait", selector="h1")["found"]
    assert user.run("browser_scroll", direction="down", amount=2)["scroll_y"] == 100
    assert user.run("browser_screenshot") == {"width": 1280, "height": 720}
    user.run("browser_close")
    assert not user.sees("Articles - Browser")
