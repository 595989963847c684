"""The few JavaScript expressions that the simulated browser can evaluate."""

import re

from ..command_error import CommandError
from ..web.page import Page
from ..web.selectors import find_element

QUERY = re.compile(
    r"""document\.(?:querySelector\((['"])(?P<selector>.+?)\1\)"""
    r"""|getElementById\((['"])(?P<id>.+?)\3\))\.(?P<what>value|checked|textContent|innerText)"""
)


def evaluate(page: Page, script: str) -> str | bool:
    expression = re.sub(r"^return\s+|;$", "", script.strip()).strip()
    known = {
        "document.title": page.title,
        "location.href": page.url,
        "window.location.href": page.url,
        "document.URL": page.url,
    }
    if expression in known:
        return known[expression]
    query = QUERY.fullmatch(expression)
    if not query:
        raise CommandError(
            "The sandbox's browser runs no JavaScript beyond document.title, location.href and "
            "document.querySelector('...').value, .checked or .textContent."
        )
    found = find_element(page, query["selector"] or f"#{query['id']}")
    match query["what"]:
        case "value":
            return found.option or found.node.value
        case "checked":
            return found.node.ticked or bool(found.option and found.option == found.node.chosen)
        case _:
            return found.text
