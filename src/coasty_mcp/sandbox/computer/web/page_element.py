"""An element of a page, as selectors find it."""

from dataclasses import dataclass

from .page import Node


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
