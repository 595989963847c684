"""Words find the element that they mean."""

import pytest

from coasty_mcp.sandbox.planner import ground
from coasty_mcp.sandbox.scene import Box, Element, Role, Scene

ELEMENTS: list[tuple[Role, str]] = [
    ("tab", "Sign in"),
    ("text", "Send us a message"),
    ("field", "Email"),
    ("field", "Search"),
    ("button", "Search"),
    ("checkbox", "Subscribe to the newsletter"),
    ("button", "Back"),
    ("button", "Sign in"),
    ("button", "Send"),
    ("field", "Address"),
    ("window", "Contact us - Browser"),
    ("icon", "Browser"),
    ("icon", "Text Editor"),
    ("icon", "Browser"),
]
SCENE = Scene(
    1920,
    1080,
    tuple(
        Element(role, label, Box(0, 10 * row, 20, 10 * row + 10))
        for row, (role, label) in enumerate(ELEMENTS)
    ),
)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Send", ("button", "Send")),
        ("the Send button", ("button", "Send")),
        ("the blue send button at the bottom", ("button", "Send")),
        ("email address", ("field", "Email")),
        ("the e-mail field", ("field", "Email")),
        ("address bar", ("field", "Address")),
        ("search bar", ("field", "Search")),
        ("search", ("button", "Search")),
        ("newsletter checkbox", ("checkbox", "Subscribe to the newsletter")),
        ("the checkbox", ("checkbox", "Subscribe to the newsletter")),
        ("Subscribe to newsleter", ("checkbox", "Subscribe to the newsletter")),
        ("sign in", ("button", "Sign in")),
        ("the Sign in tab", ("tab", "Sign in")),
        ("text editor", ("icon", "Text Editor")),
        ("the browser window", ("window", "Contact us - Browser")),
    ],
)
def test_words_find_the_element(words: str, meant: tuple[Role, str]) -> None:
    assert ground(words, SCENE) == (10, 10 * ELEMENTS.index(meant) + 5)


def test_of_equals_the_frontmost_is_meant() -> None:
    assert ground("Browser", SCENE) == (10, 10 * ELEMENTS.index(("icon", "Browser")) + 5)


@pytest.mark.parametrize("words", ["Pay now", "Back to the home page", "", "the slider", "?"])
def test_what_is_not_there_is_not_found(words: str) -> None:
    assert ground(words, SCENE) is None
