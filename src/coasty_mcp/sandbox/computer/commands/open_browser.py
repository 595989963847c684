"""The browser that a command is for."""

from typing import Any

from ..command_error import CommandError
from ..state import ComputerState
from ..web.browser import Browser


def require_browser(computer: ComputerState) -> Browser:
    """The open browser, brought to the front."""
    browser = computer.desktop.browser
    if browser is None:
        raise CommandError("The browser is not open. Open it with browser_open.")
    computer.desktop.launch("Browser")
    return browser


def location(browser: Browser) -> dict[str, Any]:
    return {"url": browser.page.url, "title": browser.page.title}
