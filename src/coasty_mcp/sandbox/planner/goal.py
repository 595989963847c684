"""What every goal has in common, and the steps that meet goals."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from ..scene import Element, Scene
from . import actions
from .actions import Action
from .grounding import find
from .history import HistoryPattern


class MissingElement(Exception):
    """What a goal needs is not on the screen."""

    def __init__(self, what: str, scene: Scene) -> None:
        usable = (e.label for e in scene.elements if e.role not in ("text", "window", "scrollbar"))
        shown = ", ".join(dict.fromkeys(usable)) or "nothing to use"
        super().__init__(f"There is no {shorten(what, 100)} on the screen. It shows: {shown}.")


@dataclass(frozen=True)
class Step:
    action: Action
    history_entry: str
    """What the machine's history will say of it."""
    changes_page: bool = False
    """Whatever follows it must wait until the screen was looked at again."""


class Goal(ABC):
    """One thing to be true of the screen, or to be done there. Its `str` is the order for it."""

    @abstractmethod
    def steps(self, scene: Scene) -> list[Step]:
        """What meets it from here; raises MissingElement."""

    @property
    @abstractmethod
    def completion_patterns(self) -> list[HistoryPattern]:
        """Each proves, where the history has it, that the goal was carried out."""

    def is_met(self, scene: Scene) -> bool | None:
        """Whether the screen shows that it is; None when the screen cannot tell."""
        return None

    def may_have_been_met(self, history: Sequence[str]) -> bool:
        """Whether a screen may have shown it, before this history or without a trace in it."""
        return False

    @property
    def preparation(self) -> HistoryPattern:
        """What it may leave in the history before it is carried out."""
        return ()


def how_to_click(button: str, clicks: int) -> str:
    return "right click" if button == "right" else "double click" if clicks == 2 else "click"


def require_element(words: str, scene: Scene) -> Element:
    element = find(words, scene.elements)
    if element is None:
        raise MissingElement(f'"{words}"', scene)
    return element


def click_step(element: Element, button: str = "left", clicks: int = 1) -> Step:
    order = f"{how_to_click(button, clicks)} {element.label}"
    return make_step(
        actions.click(element.box.middle, button, clicks),
        order,
        changes_page=element.role not in ("field", "checkbox", "choice"),
    )


def type_step(text: str) -> Step:
    return make_step(actions.type_text(text), f"type {text}")


def press_step(*keys: str, changes_page: bool = True) -> Step:
    return make_step(actions.press([*keys]), f"press {'+'.join(keys)}", changes_page)


def fill_steps(field: Element, text: str) -> list[Step]:
    """The text instead of what the field holds."""
    focus = [] if field.focused else [click_step(field)]
    clear = [press_step("ctrl", "a", changes_page=False)] if field.value else []
    return [*focus, *clear, type_step(text)]


def make_step(action: Action, history_entry: str, changes_page: bool = False) -> Step:
    description = history_entry[0].upper() + history_entry[1:]
    return Step({**action, "description": description}, history_entry, changes_page)
