"""Browser commands; elements of the page are found by selector."""

from ..command_error import CommandError
from ..state import ComputerState
from ..web import site
from ..web.browser import Browser
from ..web.html import html
from ..web.selectors import find_element
from . import tab
from .mouse_and_keys import click, milliseconds, note_on, screenshot, scrolling
from .open_browser import location, require_browser
from .parameters import Handler, Parameters, Result
from .script import evaluate


def browser_open(computer: ComputerState, parameters: Parameters) -> Result:
    return _go(computer, parameters.text("url", default=site.HOME))


def browser_navigate(computer: ComputerState, parameters: Parameters) -> Result:
    return _go(computer, parameters.text("url"))


def _go(computer: ComputerState, address: str) -> Result:
    computer.desktop.launch("Browser")
    browser = require_browser(computer)
    browser.go(address)
    computer.inputs.record(f"open {browser.page.url}")
    return location(browser)


def browser_click(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    if not parameters.has("selector"):
        return click(computer, parameters) | location(browser)
    found = find_element(browser.page, parameters.text("selector"))
    computer.inputs.record(f"click {found.text}")
    browser.use(found.node, found.option)
    return location(browser)


def browser_type(computer: ComputerState, parameters: Parameters) -> Result:
    """Replace what the field holds by the text."""
    browser = require_browser(computer)
    text, selector = parameters.text("text"), parameters.text("selector")
    node = find_element(browser.page, selector).node
    if text in node.options:
        browser.use(node, text)
    elif node.takes_text:
        browser.use(node)
        node.text_input.select_all()
        browser.type(text)
    else:
        raise CommandError(f"{selector} takes no text.")
    computer.inputs.record(f"click {node.text}")
    computer.inputs.record(f"type {text}")
    return {"text_length": len(text)} | location(browser)


def browser_get_dom(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    return {"dom": html(browser.page)} | location(browser)


def browser_get_clickables(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    shown = [
        region
        for region in reversed(computer.inputs.visible_regions())
        if region.selector and region.element
    ]
    clickables = [
        {
            "index": index,
            "selector": region.selector,
            "role": region.element.role,
            "text": region.element.label,
            "x": region.element.box.left,
            "y": region.element.box.top,
            "width": region.element.box.right - region.element.box.left,
            "height": region.element.box.bottom - region.element.box.top,
        }
        for index, region in enumerate(shown)
        if region.element
    ]
    return {"clickables": clickables} | location(browser)


def browser_state(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    focus = browser.page.focus
    return location(browser) | {
        "tab_id": browser.tab.tab_id,
        "can_go_back": browser.tab.at > 0,
        "focused": focus.text if focus else None,
        "scroll_y": _scrolled(computer, browser),
    }


def browser_info(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    return location(browser) | {"browser": "Sandbox Browser", "tab_count": len(browser.tabs)}


def browser_scroll(computer: ComputerState, parameters: Parameters) -> Result:
    browser = require_browser(computer)
    window = computer.desktop.launch("Browser")
    direction, notches = scrolling(parameters)
    computer.inputs.scroll(*window.frame.middle, notches, direction)
    return location(browser) | {"scroll_y": _scrolled(computer, browser)} | note_on(direction)


def _scrolled(computer: ComputerState, browser: Browser) -> int:
    return round(browser.page.scroll * computer.scale)


def browser_close(computer: ComputerState, parameters: Parameters) -> Result:
    require_browser(computer)
    computer.desktop.windows.close(computer.desktop.launch("Browser"))
    computer.inputs.record("close Browser")
    return {"closed": True}


def browser_screenshot(computer: ComputerState, parameters: Parameters) -> Result:
    require_browser(computer)
    return screenshot(computer, parameters)


def browser_wait(computer: ComputerState, parameters: Parameters) -> Result:
    """Return at once: nothing loads later here, so what is not found now will not come."""
    browser = require_browser(computer)
    if parameters.has("selector"):
        find_element(browser.page, parameters.text("selector"))
        return {"found": True} | location(browser)
    return {"waited_ms": milliseconds(parameters)} | location(browser)


def browser_execute(computer: ComputerState, parameters: Parameters) -> Result:
    return {
        "value": evaluate(
            require_browser(computer).page, parameters.text("script", "code", "javascript")
        )
    }


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
