"""Tab commands; a tab is named by its id or index."""

from ..command_error import CommandError
from ..state import ComputerState
from ..web import site
from ..web.browser import Browser, Tab
from .open_browser import require_browser
from .parameters import Handler, Parameters, Result


def browser_list_tabs(computer: ComputerState, parameters: Parameters) -> Result:
    return _tabs(require_browser(computer))


def browser_open_tab(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    browser.open_tab(parameters.text("url", default=site.HOME))
    computer.inputs.record(f"open {browser.page.url}")
    return _tabs(browser)


def browser_close_tab(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    wanted = _wanted(browser, parameters) if parameters.has("tab_id", "index") else browser.tab
    browser.close_tab(wanted)
    computer.desktop.windows.close_finished()
    return _tabs(browser)


def browser_switch_tab(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    browser.switch_to(_wanted(browser, parameters))
    return _tabs(browser)


def _wanted(browser: Browser, parameters: Parameters) -> Tab:
    """Return the tab with that id or, counted from 0, that index."""
    wanted = parameters.text("tab_id", "index")
    for index, tab in enumerate(browser.tabs):
        if wanted == (tab.tab_id if parameters.has("tab_id") else str(index)):
            return tab
    raise CommandError(f"There is no tab {wanted}.")


def _tabs(browser: Browser) -> Result:
    return {
        "tabs": [
            {
                "tab_id": tab.tab_id,
                "url": tab.page.url,
                "title": tab.page.title,
                "active": tab is browser.tab,
            }
            for tab in browser.tabs
        ]
    }


HANDLERS: dict[str, Handler] = {
    "browser_list_tabs": browser_list_tabs,
    "browser_open_tab": browser_open_tab,
    "browser_close_tab": browser_close_tab,
    "browser_switch_tab": browser_switch_tab,
}
