"""The HTML of a page."""

from html import escape

from .page import Node, Page
from .page_element import PageElement


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
