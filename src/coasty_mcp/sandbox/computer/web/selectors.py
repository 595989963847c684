"""Selectors that find elements of a page, and the HTML of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from ..command_error import CommandError
from .page import Node, Page

CONDITION = re.compile(r"""\[(\w+)(?:=(?:'([^']*)'|"([^"]*)"|([^\]]*)))?\]""")
SELECTOR = re.compile(rf"""(\w+|\*)?(?:\#([\w-]+))?((?:{CONDITION.pattern})*)""")


@dataclass(frozen=True)
class PageElement:
    """A node of a page, or one option of it, as an HTML element."""

    node: Node
    option: str = ""

    @property
    def text(self) -> str:
        return self.option or self.node.text

    @property
    def attributes(self) -> dict[str, str]:
        node = self.node
        if self.option:
            return {"type": "radio", "name": node.id, "value": self.option}
        named = {"id": node.id, "name": node.id, "type": node.type, "href": node.href}
        return {name: value for name, value in named.items() if value}

    @property
    def tag(self) -> str:
        return "input" if self.option else self.node.tag

    @property
    def selector(self) -> str:
        """A selector that finds it on its page."""
        if self.option:
            return f"input[value={self.option}]"
        if self.node.id:
            return f"#{self.node.id}"
        if self.node.type:
            return f"{self.node.tag}[type={self.node.type}]"
        return f"text={self.node.text}"


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


def html(page: Page) -> str:
    body = "\n".join(_complaint(page, node) + _element(node) for node in page.nodes)
    form = f'<form action="{escape(page.action)}">\n{body}\n</form>' if page.action else body
    title = escape(page.title)
    return f"<html>\n<head><title>{title}</title></head>\n<body>\n{form}\n</body>\n</html>"


def _complaint(page: Page, node: Node) -> str:
    """Return the page's complaint where it is shown: above its button."""
    shown = page.problem if node.tag == "button" else ""
    return f'<p role="alert">{escape(shown)}</p>\n' if shown else ""


def _element(node: Node) -> str:
    opening = _opening(PageElement(node))
    text = escape(node.text)
    if node.tag == "input":
        value = "" if node.type in ("password", "checkbox") else f' value="{escape(node.value)}"'
        ticked = " checked" if node.ticked else ""
        return f"<label>{text} <{opening}{value}{ticked}></label>"
    if node.tag == "textarea":
        return f"<label>{text} <{opening}>{escape(node.value)}</textarea></label>"
    if node.tag == "fieldset":
        options = "".join(_radio(node, option) for option in node.options)
        return f"<{opening}><legend>{text}</legend>{options}</fieldset>"
    return f"<{opening}>{text}</{node.tag}>"


def _radio(node: Node, option: str) -> str:
    chosen = " checked" if option == node.chosen else ""
    return f"<label><{_opening(PageElement(node, option))}{chosen}> {escape(option)}</label>"


def _opening(element: PageElement) -> str:
    attributes = [f' {name}="{escape(value)}"' for name, value in element.attributes.items()]
    required = " required" if element.node.required and not element.option else ""
    return element.tag + "".join(attributes) + required
