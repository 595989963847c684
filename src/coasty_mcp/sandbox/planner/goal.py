"""The base class of goals, and the steps that goals are met by."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import ClassVar, Literal

from ..scene import Element, Scene
from . import actions
from .actions import Action
from .grounding import find
from .history import HistoryPattern

NOT_USABLE = ("text", "alert", "window", "scrollbar")


Problem = Literal["ask", "stuck", "not_understood"]
"""Why nothing can be done: a person must be asked first, the screen does not allow it, or the
instruction is not understood."""


class Blocked(Exception):
    """Nothing can be done for now; the message is a sentence that says why."""

    problem: ClassVar[Problem]


class HumanNeeded(Blocked):
    """The instruction says that a person is to be asked first."""

    problem = "ask"


class MissingElement(Blocked):
    """An element that a goal needs is not on the screen."""

    problem = "stuck"

    def __init__(self, what: str, scene: Scene) -> None:
        usable = (e.label for e in scene.elements if e.role not in NOT_USABLE)
        shown = ", ".join(dict.fromkeys(usable)) or "nothing to use"
        super().__init__(f"There is no {shorten(what, 100)} on the screen. It shows: {shown}.")


@dataclass(frozen=True)
class Step:
    """One action, with the entry that it leaves in the machine's history."""

    action: Action
    history_entry: str
    changes_page: bool = False
    """Whether the screen must be looked at again before anything else is done."""


class Goal(ABC):
    """One thing that is to be true of the screen, or to be done there; `str` gives it in words."""

    @abstractmethod
    def steps(self, scene: Scene) -> list[Step]:
        """Return the steps that meet it from this screen on.

        Raises:
            MissingElement: an element that it needs is not on the screen.
            HumanNeeded: a person must be asked first.
        """

    def in_words(self, scene: Scene) -> str:
        """Return it in the words of the screen, where that has them."""
        return str(self)

    @property
    @abstractmethod
    def completion_patterns(self) -> list[HistoryPattern]:
        """Each pattern proves, where the history has it, that the goal was carried out."""

    def is_met(self, scene: Scene) -> bool | None:
        """Return whether the screen shows that it is met; None when the screen cannot tell."""
        return None

    def may_have_been_met(self, history: Sequence[str]) -> bool:
        """Return whether it may have been met already although the history does not prove it."""
        return False

    @property
    def preparation(self) -> HistoryPattern:
        """The history entries that its first steps may leave before it is met."""
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
    """Return the steps that replace what the field holds by the text."""
    focus = [] if field.focused else [click_step(field)]
    clear = [press_step("ctrl", "a", changes_page=False)] if field.value else []
    enter = type_step(text) if text else press_step("delete", changes_page=False)
    return [*focus, *clear, enter]


def make_step(action: Action, history_entry: str, changes_page: bool = False) -> Step:
    description = history_entry[0].upper() + history_entry[1:]
    return Step({**action, "description": description}, history_entry, changes_page)
