"""What every wish has in common, and the steps that meet wishes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from ..scene import Element, Scene
from . import actions
from .actions import Action
from .grounding import find
from .history import Trace


class Missing(Exception):
    """What a wish needs is not on the screen."""

    def __init__(self, what: str, scene: Scene) -> None:
        usable = (e.label for e in scene.elements if e.role not in ("text", "window", "scrollbar"))
        shown = ", ".join(dict.fromkeys(usable)) or "nothing to use"
        super().__init__(f"There is no {shorten(what, 100)} on the screen. It shows: {shown}.")


@dataclass(frozen=True)
class Step:
    action: Action
    trace: str
    """What the machine's history will say of it."""
    changes_page: bool = False
    """Whatever follows it must wait until the screen was looked at again."""


class Wish(ABC):
    """One thing to be true of the screen, or to be done there. Its `str` is the order for it."""

    @abstractmethod
    def steps(self, scene: Scene) -> list[Step]:
        """What meets it from here; raises Missing."""

    @property
    @abstractmethod
    def traces(self) -> list[Trace]:
        """Each proves, where the history has it, that the wish was carried out."""

    def met(self, scene: Scene) -> bool | None:
        """Whether the screen shows that it is; None when the screen cannot tell."""
        return None

    def may_have_been_met(self, history: Sequence[str]) -> bool:
        """Whether a screen may have shown it, before this history or without a trace in it."""
        return False

    @property
    def prelude(self) -> Trace:
        """What it may leave in the history before it is carried out."""
        return ()


def how_to_click(button: str, clicks: int) -> str:
    return "right click" if button == "right" else "double click" if clicks == 2 else "click"


def found(words: str, scene: Scene) -> Element:
    element = find(words, scene.elements)
    if element is None:
        raise Missing(f'"{words}"', scene)
    return element


def clicked(element: Element, button: str = "left", clicks: int = 1) -> Step:
    order = f"{how_to_click(button, clicks)} {element.label}"
    return step(
        actions.click(element.box.middle, button, clicks),
        order,
        changes_page=element.role not in ("field", "checkbox", "choice"),
    )


def typed(text: str) -> Step:
    return step(actions.type_text(text), f"type {text}")


def pressed(*keys: str, changes_page: bool = True) -> Step:
    return step(actions.press([*keys]), f"press {'+'.join(keys)}", changes_page)


def filled(field: Element, text: str) -> list[Step]:
    """The text instead of what the field holds."""
    focus = [] if field.focused else [clicked(field)]
    clear = [pressed("ctrl", "a", changes_page=False)] if field.value else []
    return [*focus, *clear, typed(text)]


def step(action: Action, trace: str, changes_page: bool = False) -> Step:
    description = trace[0].upper() + trace[1:]
    return Step({**action, "description": description}, trace, changes_page)
