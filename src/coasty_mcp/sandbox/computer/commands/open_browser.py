"""The browser that a browser command works on."""

from typing import Any

from ..command_error import CommandError
from ..state import ComputerState
from ..web.browser import Browser


def require_browser(computer: ComputerState) -> Browser:
    """Return the open browser, brought to the front.

    Raises:
        CommandError: none is open.
    """
    browser = computer.desktop.browser
    if browser is None:
        raise CommandError("The browser is not open. Open it with browser_open.")
    computer.desktop.launch("Browser")
    return browser


def location(browser: Browser) -> dict[str, Any]:
    return {"url": browser.page.url, "title": browser.page.title}
