"""A web page: its nodes, what they hold, and how they answer to the mouse and the keyboard."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..text_input import Clipboard, TextInput

Tag = Literal["h1", "h2", "p", "a", "input", "textarea", "fieldset", "button"]


@dataclass(eq=False)
class Node:
    """An element of a page, with what was typed or chosen in it."""

    tag: Tag
    text: str
    """Its own text, or the label beside it."""
    id: str = ""
    type: str = ""
    href: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    """The options of a fieldset, one of which can be chosen."""
    chosen: str = ""
    ticked: bool = False
    text_input: TextInput = field(default_factory=TextInput)

    def __post_init__(self) -> None:
        self.text_input.multiline = self.tag == "textarea"

    @property
    def takes_text(self) -> bool:
        return self.tag == "textarea" or (self.tag == "input" and self.type != "checkbox")

    @property
    def interactive(self) -> bool:
        return self.tag not in ("h1", "h2", "p")

    @property
    def value(self) -> str:
        if self.type == "checkbox":
            return "on" if self.ticked else "off"
        return self.text_input.text if self.takes_text else self.chosen


class Visit(NamedTuple):
    """A request for another page, by a link or a form."""

    url: str
    form: dict[str, str]


@dataclass
class Page:
    """A page that is shown, with its focus and scroll position."""

    url: str
    title: str
    nodes: list[Node]
    action: str = ""
    """The address that its form is sent to."""
    incomplete: Node | None = None
    """The required node that was empty when the form was last sent."""
    focus: Node | None = None
    scroll: float = 0
    reveal: bool = False
    """Whether what has the focus is kept in sight, until someone scrolls."""

    @property
    def problem(self) -> str:
        """The page's complaint, until what it is about is filled in."""
        missing = self.incomplete and not self.incomplete.value.strip()
        return f"Please fill in {self.incomplete.text}." if self.incomplete and missing else ""

    def focus_on(self, node: Node | None) -> None:
        self.focus, self.reveal = node, node is not None

    def use(self, node: Node, option: str = "") -> Visit | None:
        """Click a node, or one option of it, and return where that leads."""
        self.focus_on(node)
        if node.tag == "a":
            return Visit(node.href, {})
        if node.tag == "button":
            return self.submit()
        if node.type == "checkbox":
            node.ticked = not node.ticked
        node.chosen = option or node.chosen
        return None

    def submit(self) -> Visit | None:
        empty = (node for node in self.nodes if node.required and not node.value.strip())
        self.incomplete = next(empty, None)
        if self.incomplete:
            self.focus_on(self.incomplete)
            return None
        return (
            Visit(self.action, {n.id: n.value for n in self.nodes if n.id}) if self.action else None
        )

    def type(self, text: str) -> Visit | None:
        node = self.focus
        if node and node.takes_text:
            node.text_input.insert(text)
            self.reveal = True
        elif node and text == " " and node.tag != "a":
            return self.use(node)
        return None

    def press(self, chord: str, clipboard: Clipboard) -> Visit | bool:
        """Press keys, and return where that leads, or else whether they had an effect."""
        node = self.focus
        if chord in ("tab", "shift+tab"):
            self._move_focus(1 if chord == "tab" else -1)
            return True
        if node is None:
            return False
        if chord == "enter" and node.tag != "textarea":
            return (self.use(node) if node.tag in ("a", "button") else self.submit()) or True
        if node.tag == "fieldset" and chord in ("left", "up", "right", "down"):
            self._choose_next(node, 1 if chord in ("right", "down") else -1)
            return True
        return node.takes_text and node.text_input.press(chord, clipboard)

    def _move_focus(self, step: int) -> None:
        nodes = [node for node in self.nodes if node.interactive]
        if not nodes:
            return
        start = -1 if step > 0 else 0
        at = nodes.index(self.focus) if self.focus in nodes else start
        node = nodes[(at + step) % len(nodes)]
        if node.takes_text and not node.text_input.multiline:
            node.text_input.select_all()
        self.focus_on(node)

    def _choose_next(self, node: Node, step: int) -> None:
        options = node.options
        at = options.index(node.chosen) + step if node.chosen else 0
        node.chosen = options[at % len(options)]
