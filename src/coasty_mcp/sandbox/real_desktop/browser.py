"""Browser commands of a real machine; elements of the page are found by selector."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from ..computer.command_error import CommandError
from ..computer.commands.mouse_and_keys import milliseconds, scrolling
from ..computer.commands.parameters import Parameters
from .page_scripts import CLICKABLES, FOCUS, FOUND, PLACE, STATE
from .tabs import BLANK, Tabs

Result = dict[str, Any]
Handler = Callable[[Tabs, Parameters], Result]

MOST_CHARACTERS = 200_000
POLL_SECONDS = 0.1
LONGEST_WAIT = 30.0
NOTCH = 100
"""Pixels that a page scrolls for one notch of the wheel."""
RETURN_OUTSIDE = "Illegal return statement"


def browser_open(tabs: Tabs, parameters: Parameters) -> Result:
    tabs.open(parameters.text("url", default=BLANK))
    return location(tabs)


def browser_navigate(tabs: Tabs, parameters: Parameters) -> Result:
    return browser_open(tabs, parameters)


def browser_click(tabs: Tabs, parameters: Parameters) -> Result:
    """Click in the middle of the element, which is scrolled to if need be."""
    place = tabs.evaluate(_with_selector(PLACE, parameters.text("selector")))
    if not place:
        raise CommandError(f"Nothing on the page matches {parameters.text('selector')}.")
    at = {"x": place["x"], "y": place["y"], "button": "left", "clickCount": 1}
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        tabs.on_page("Input.dispatchMouseEvent", type=kind, **at)
    return location(tabs)


def browser_type(tabs: Tabs, parameters: Parameters) -> Result:
    """Replace what the field holds by the text; without a selector, type where the focus is."""
    text, focus = parameters.text("text"), {"takes_text": True}
    if parameters.has("selector"):
        focus = tabs.evaluate(_with_selector(FOCUS, parameters.text("selector"), text))
    if problem := focus.get("problem"):
        raise CommandError(str(problem))
    if focus.get("takes_text"):
        tabs.on_page("Input.insertText", text=text)
    return {"text_length": len(text)} | location(tabs)


def browser_get_dom(tabs: Tabs, parameters: Parameters) -> Result:
    dom = str(tabs.evaluate("document.documentElement.outerHTML"))
    return {"dom": dom[:MOST_CHARACTERS]} | location(tabs)


def browser_get_clickables(tabs: Tabs, parameters: Parameters) -> Result:
    return {"clickables": tabs.evaluate(CLICKABLES)} | location(tabs)


def browser_state(tabs: Tabs, parameters: Parameters) -> Result:
    history = tabs.on_page("Page.getNavigationHistory")
    return {
        **location(tabs),
        "tab_id": tabs.front(),
        "can_go_back": history["currentIndex"] > 0,
        **tabs.evaluate(STATE),
    }


def browser_info(tabs: Tabs, parameters: Parameters) -> Result:
    product = tabs.devtools.call("Browser.getVersion")["product"]
    return location(tabs) | {"browser": product, "tab_count": len(tabs.pages())}


def browser_scroll(tabs: Tabs, parameters: Parameters) -> Result:
    direction, notches = scrolling(parameters)
    pixels = notches * NOTCH * (-1 if direction in ("up", "left") else 1)
    x, y = (pixels, 0) if direction in ("left", "right") else (0, pixels)
    tabs.evaluate(f"scrollBy({{left: {x}, top: {y}, behavior: 'instant'}})")
    return location(tabs) | {"scroll_y": tabs.evaluate(STATE)["scroll_y"]}


def browser_close(tabs: Tabs, parameters: Parameters) -> Result:
    _ = tabs.devtools
    tabs.close()
    return {"closed": True}


def browser_screenshot(tabs: Tabs, parameters: Parameters) -> Result:
    return location(tabs)


def browser_wait(tabs: Tabs, parameters: Parameters) -> Result:
    """Wait until something on the page matches, or for a time."""
    if not parameters.has("selector"):
        waited = min(milliseconds(parameters), int(1000 * LONGEST_WAIT))
        sleep(waited / 1000)
        return {"waited_ms": waited} | location(tabs)
    selector = parameters.text("selector")
    patience = parameters.number("timeout_ms", default=10_000) / 1000
    deadline = monotonic() + min(patience, LONGEST_WAIT)
    while not tabs.evaluate(_with_selector(FOUND, selector)):
        if monotonic() > deadline:
            raise CommandError(f"Nothing on the page matches {selector}, after {patience:g} s.")
        sleep(POLL_SECONDS)
    return {"found": True} | location(tabs)


def browser_execute(tabs: Tabs, parameters: Parameters) -> Result:
    """Return the value of an expression, or what statements return."""
    script = parameters.text("script", "code", "javascript")
    try:
        value = tabs.evaluate(script)
    except CommandError as error:
        if RETURN_OUTSIDE not in str(error):
            raise
        value = tabs.evaluate(f"(async () => {{ {script}\n}})()")
    return {"value": value}


def browser_list_tabs(tabs: Tabs, parameters: Parameters) -> Result:
    front = tabs.front()
    return {
        "tabs": [
            {
                "tab_id": tab["targetId"],
                "url": tab["url"],
                "title": tab["title"],
                "active": tab["targetId"] == front,
            }
            for tab in tabs.pages()
        ]
    }


def browser_open_tab(tabs: Tabs, parameters: Parameters) -> Result:
    tabs.open_tab(parameters.text("url", default=BLANK))
    return browser_list_tabs(tabs, parameters)


def browser_close_tab(tabs: Tabs, parameters: Parameters) -> Result:
    named = parameters.has("tab_id", "index")
    tabs.close_tab(_wanted(tabs, parameters) if named else tabs.front())
    return browser_list_tabs(tabs, parameters) if tabs.pages() else {"tabs": []}


def browser_switch_tab(tabs: Tabs, parameters: Parameters) -> Result:
    tabs.switch_to(_wanted(tabs, parameters))
    return browser_list_tabs(tabs, parameters)


def _wanted(tabs: Tabs, parameters: Parameters) -> str:
    """Return the id of the tab with that id or, counted from 0, that index."""
    wanted = parameters.text("tab_id", "index")
    for index, tab in enumerate(tabs.pages()):
        if wanted == (tab["targetId"] if parameters.has("tab_id") else str(index)):
            return tab["targetId"]
    raise CommandError(f"There is no tab {wanted}.")


def location(tabs: Tabs) -> Result:
    return tabs.evaluate("({url: location.href, title: document.title})")


def _with_selector(script: str, *given: str) -> str:
    return f"({script})({', '.join(map(json.dumps, given))})"


HANDLERS: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        *(browser_open, browser_navigate, browser_click, browser_type, browser_get_dom),
        *(browser_get_clickables, browser_state, browser_info, browser_scroll, browser_close),
        *(browser_screenshot, browser_wait, browser_execute, browser_list_tabs),
        *(browser_open_tab, browser_close_tab, browser_switch_tab),
    )
}
