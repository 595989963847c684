"""Selectors that find elements of a page."""

import re
from collections.abc import Iterator

from ..command_error import CommandError
from .page import Page
from .page_element import PageElement

CONDITION = re.compile(r"""\[(\w+)(?:=(?:'([^']*)'|"([^"]*)"|([^\]]*)))?\]""")
SELECTOR = re.compile(rf"""(\w+|\*)?(?:\#([\w-]+))?((?:{CONDITION.pattern})*)""")


def find_element(page: Page, selector: str) -> PageElement:
    """Return the first match of `#id`, `tag`, `tag[attribute=value]` or `text=words`.

    Raises:
        CommandError: nothing matches, or it is no selector.
    """
    for element in _matching(page, selector.strip()):
        return element
    raise CommandError(f"Nothing on {page.url} matches {selector}.")


def _matching(page: Page, selector: str) -> list[PageElement]:
    if selector.startswith("text="):
        words = selector.removeprefix("text=").strip("\"' ").lower()
        return sorted(
            (t for t in _all(page) if words in t.text.lower()),
            key=lambda t: (t.text.lower() != words, not t.node.interactive),
        )
    parts = SELECTOR.fullmatch(selector)
    if not selector or not parts:
        raise CommandError(
            f"{selector} is not a selector that the sandbox knows: #id, tag, tag[attribute=value] "
            "or text=words."
        )
    tag, name = parts[1], parts[2]
    wanted = [(found[0], "".join(found[1:])) for found in CONDITION.findall(parts[3])]
    return [
        element
        for element in _all(page)
        if tag in (None, "*", element.tag)
        and name in (None, element.attributes.get("id"))
        and all(_has(element, *condition) for condition in wanted)
    ]


def _has(element: PageElement, name: str, value: str) -> bool:
    return name in element.attributes and value in ("", element.attributes[name])


def _all(page: Page) -> Iterator[PageElement]:
    for node in page.nodes:
        yield PageElement(node)
        yield from (PageElement(node, option) for option in node.options)
