"""The browser's tabs, by id or index."""

from .. import site
from ..browser import Browser, Tab
from ..computer_state import Machine
from ..refused import Refused
from .opened import opened
from .parameters import Handler, Parameters, Result


def browser_list_tabs(machine: Machine, given: Parameters) -> Result:
    return _tabs(opened(machine))


def browser_open_tab(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    browser.open_tab(given.text("url", default=site.HOME))
    machine.inputs.note(f"open {browser.page.url}")
    return _tabs(browser)


def browser_close_tab(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    wanted = _wanted(browser, given) if given.has("tab_id", "index") else browser.tab
    browser.close_tab(wanted)
    machine.desktop.windows.sweep()
    return _tabs(browser)


def browser_switch_tab(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    browser.switch_to(_wanted(browser, given))
    return _tabs(browser)


def _wanted(browser: Browser, given: Parameters) -> Tab:
    """An index counts from 0."""
    wanted = given.text("tab_id", "index")
    for index, tab in enumerate(browser.tabs):
        if wanted == (tab.tab_id if given.has("tab_id") else str(index)):
            return tab
    raise Refused(f"There is no tab {wanted}.")


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
