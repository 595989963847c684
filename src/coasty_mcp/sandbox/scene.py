"""What is on a simulated screen, in words: the answer key to its picture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Role = Literal[
    "icon",
    "window",
    "button",
    "field",
    "checkbox",
    "choice",
    "link",
    "tab",
    "menu item",
    "text",
    "alert",
    "scrollbar",
]


class Box(NamedTuple):
    """A rectangle in pixels of the screen; its right and bottom edges are outside."""

    left: int
    top: int
    right: int
    bottom: int

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def within(self, other: "Box") -> "Box":
        """Return what of it is in the other, counted from the other's corner; maybe empty."""
        return Box(
            max(self.left, other.left) - other.left,
            max(self.top, other.top) - other.top,
            min(self.right, other.right) - other.left,
            min(self.bottom, other.bottom) - other.top,
        )

    @property
    def is_empty(self) -> bool:
        return self.left >= self.right or self.top >= self.bottom

    @property
    def middle(self) -> tuple[int, int]:
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2


@dataclass(frozen=True)
class Element:
    """Something that a person would point at, frontmost window first."""

    role: Role
    label: str
    """As a person would call it: `Email`, `Send`, `Browser`."""
    box: Box
    value: str = ""
    """What a field holds, `on` or `off` for a checkbox, what is chosen."""
    focused: bool = False
    window: str = ""
    """The title of the window it is in; empty for the desktop's own icons and panel."""


@dataclass(frozen=True)
class Scene:
    """Everything that can be pointed at on one picture."""

    width: int
    height: int
    elements: tuple[Element, ...]
    """Frontmost first; what is covered or scrolled out of sight is not in it."""
    history: tuple[str, ...] = ()
    """What was done on this machine lately, oldest first: `click Send`, `type Ada`, `press enter`,
    `scroll down`, `drag Volume`, `open https://...`, `approved press Send`.
    For telling what was carried out already."""

    def part(self, box: Box) -> "Scene":
        """Return what of it a picture of that box shows."""
        seen = [(each, each.box.within(box)) for each in self.elements]
        return replace(
            self,
            width=box.right - box.left,
            height=box.bottom - box.top,
            elements=tuple(replace(each, box=left) for each, left in seen if not left.is_empty),
        )

    def named(self, *roles: Role) -> Iterator[Element]:
        return (element for element in self.elements if not roles or element.role in roles)
