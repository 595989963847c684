"""The browser that a command is for."""

from typing import Any

from ..browser import Browser
from ..computer_state import Machine
from ..refused import Refused


def opened(machine: Machine) -> Browser:
    """The open browser, brought to the front."""
    browser = machine.desktop.browser
    if browser is None:
        raise Refused("The browser is not open. Open it with browser_open.")
    machine.desktop.launch("Browser")
    return browser


def location(browser: Browser) -> dict[str, Any]:
    return {"url": browser.page.url, "title": browser.page.title}
