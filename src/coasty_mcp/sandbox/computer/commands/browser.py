"""The browser and its page, by selector."""

from .. import site
from ..browser import Browser
from ..computer_state import Machine
from ..document import find, html
from ..refused import Refused
from . import tab
from .mouse_and_keys import click, milliseconds, screenshot, scrolling
from .opened import location, opened
from .parameters import Handler, Parameters, Result
from .script import evaluate


def browser_open(machine: Machine, given: Parameters) -> Result:
    return _go(machine, given.text("url", default=site.HOME))


def browser_navigate(machine: Machine, given: Parameters) -> Result:
    return _go(machine, given.text("url"))


def _go(machine: Machine, address: str) -> Result:
    machine.desktop.launch("Browser")
    browser = opened(machine)
    browser.go(address)
    machine.inputs.note(f"open {browser.page.url}")
    return location(browser)


def browser_click(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    if not given.has("selector"):
        return click(machine, given) | location(browser)
    found = find(browser.page, given.text("selector"))
    machine.inputs.note(f"click {found.text}")
    browser.use(found.node, found.option)
    return location(browser)


def browser_type(machine: Machine, given: Parameters) -> Result:
    """In place of what the field holds."""
    browser = opened(machine)
    text, selector = given.text("text"), given.text("selector")
    node = find(browser.page, selector).node
    if text in node.options:
        browser.use(node, text)
    elif node.takes_text:
        browser.use(node)
        node.entry.select_all()
        browser.type(text)
    else:
        raise Refused(f"{selector} takes no text.")
    machine.inputs.note(f"click {node.text}")
    machine.inputs.note(f"type {text}")
    return {"text_length": len(text)} | location(browser)


def browser_get_dom(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    return {"dom": html(browser.page)} | location(browser)


def browser_get_clickables(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    shown = [spot for spot in reversed(machine.inputs.seen()) if spot.selector and spot.element]
    clickables = [
        {
            "index": index,
            "selector": spot.selector,
            "role": spot.element.role,
            "text": spot.element.label,
            "x": spot.element.box.left,
            "y": spot.element.box.top,
            "width": spot.element.box.right - spot.element.box.left,
            "height": spot.element.box.bottom - spot.element.box.top,
        }
        for index, spot in enumerate(shown)
        if spot.element
    ]
    return {"clickables": clickables} | location(browser)


def browser_state(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    focus = browser.page.focus
    return location(browser) | {
        "tab_id": browser.tab.tab_id,
        "can_go_back": browser.tab.at > 0,
        "focused": focus.text if focus else None,
        "scroll_y": _scrolled(machine, browser),
    }


def browser_info(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    return location(browser) | {"browser": "Sandbox Browser", "tab_count": len(browser.tabs)}


def browser_scroll(machine: Machine, given: Parameters) -> Result:
    browser = opened(machine)
    window = machine.desktop.launch("Browser")
    direction, notches = scrolling(given)
    machine.inputs.scroll(*window.frame.middle, notches, direction)
    return location(browser) | {"scroll_y": _scrolled(machine, browser)}


def _scrolled(machine: Machine, browser: Browser) -> int:
    return round(browser.page.scroll * machine.scale)


def browser_close(machine: Machine, given: Parameters) -> Result:
    opened(machine)
    machine.desktop.windows.close(machine.desktop.launch("Browser"))
    machine.inputs.note("close Browser")
    return {"closed": True}


def browser_screenshot(machine: Machine, given: Parameters) -> Result:
    opened(machine)
    return screenshot(machine, given)


def browser_wait(machine: Machine, given: Parameters) -> Result:
    """Nothing loads later here: what a selector does not find now will not come."""
    browser = opened(machine)
    if given.has("selector"):
        find(browser.page, given.text("selector"))
        return {"found": True} | location(browser)
    return {"waited_ms": milliseconds(given)} | location(browser)


def browser_execute(machine: Machine, given: Parameters) -> Result:
    return {"value": evaluate(opened(machine).page, given.text("script", "code", "javascript"))}


HANDLERS: dict[str, Handler] = {
    "browser_open": browser_open,
    "browser_navigate": browser_navigate,
    "browser_click": browser_click,
    "browser_type": browser_type,
    "browser_get_dom": browser_get_dom,
    "browser_get_clickables": browser_get_clickables,
    "browser_state": browser_state,
    "browser_info": browser_info,
    "browser_scroll": browser_scroll,
    "browser_close": browser_close,
    "browser_screenshot": browser_screenshot,
    "browser_wait": browser_wait,
    **tab.HANDLERS,
    "browser_execute": browser_execute,
}
