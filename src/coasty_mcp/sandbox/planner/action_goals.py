"""Goals that are actions, such as a click: only the history shows whether one was done."""

from dataclasses import dataclass

from ..scene import Element, Scene
from . import actions
from .actions import Direction
from .goal import (
    Goal,
    HumanNeeded,
    Step,
    click_step,
    how_to_click,
    make_step,
    press_step,
    require_element,
    type_step,
)
from .grounding import find
from .history import HistoryPattern
from .screen_goals import OpenProgram

TERMINAL = "Terminal"


@dataclass(frozen=True)
class Click(Goal):
    """The element with one of these names is clicked."""

    names: tuple[str, ...]
    """What the thing may be called, likeliest first."""
    button: str = "left"
    clicks: int = 1

    def __str__(self) -> str:
        return f"{how_to_click(self.button, self.clicks)} {' or '.join(self.names[:2])}"

    def in_words(self, scene: Scene) -> str:
        element = self._element(scene)
        label = element.label if element else ""
        return f"{how_to_click(self.button, self.clicks)} {label}" if label else str(self)

    def steps(self, scene: Scene) -> list[Step]:
        element = self._element(scene) or require_element(" or ".join(self.names[:2]), scene)
        return [click_step(element, self.button, self.clicks)]

    def _element(self, scene: Scene) -> Element | None:
        candidates = (find(name, scene.elements) for name in self.names)
        return next(filter(None, candidates), None)

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        how = how_to_click(self.button, self.clicks)
        return [(f"{how} {name}",) for name in self.names]


@dataclass(frozen=True)
class AskHuman(Goal):
    """A person has agreed to something; `Task.approve` notes in the history that one did."""

    about: str
    before: Goal | None = None
    """What it is asked before, if that is understood."""

    def __str__(self) -> str:
        return f"ask a person: {self.about}"

    def steps(self, scene: Scene) -> list[Step]:
        raise HumanNeeded(f"A person is to be asked first: {self.about}.")

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(approval(self.about),)]


def approval(about: str) -> str:
    """Return the history entry for a person's consent."""
    return f"approved {about}"


@dataclass(frozen=True)
class Type(Goal):
    """The text is typed into whatever has the focus."""

    text: str

    def __str__(self) -> str:
        return f'type "{self.text}"'

    def is_met(self, scene: Scene) -> bool | None:
        fields = scene.named("field")
        return any(field.focused and field.value == self.text for field in fields) or None

    def steps(self, scene: Scene) -> list[Step]:
        return [type_step(self.text)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"type {self.text}",)]


@dataclass(frozen=True)
class Press(Goal):
    """The keys are pressed together."""

    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"press {'+'.join(self.keys)}"

    def steps(self, scene: Scene) -> list[Step]:
        return [press_step(*self.keys)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(str(self),)]


@dataclass(frozen=True)
class Wait(Goal):
    """Some seconds pass."""

    seconds: int

    def __str__(self) -> str:
        return f"wait {self.seconds} s"

    def steps(self, scene: Scene) -> list[Step]:
        return [make_step(actions.wait(self.seconds), str(self), changes_page=True)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [("wait",)]


@dataclass(frozen=True)
class Scroll(Goal):
    """The frontmost window is scrolled."""

    direction: Direction
    amount: int = 5

    def __str__(self) -> str:
        return f"scroll {self.direction}"

    def steps(self, scene: Scene) -> list[Step]:
        window = next(scene.named("window"), None)
        at = window.box.middle if window else (scene.width // 2, scene.height // 2)
        action = actions.scroll(self.direction, self.amount, at)
        return [make_step(action, str(self), changes_page=True)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(str(self),)]


@dataclass(frozen=True)
class Drag(Goal):
    """One element is dragged onto another."""

    what: str
    onto: str

    def __str__(self) -> str:
        return f"drag {self.what} to {self.onto}"

    def steps(self, scene: Scene) -> list[Step]:
        start, end = require_element(self.what, scene), require_element(self.onto, scene)
        action = actions.drag(start.box.middle, end.box.middle)
        return [make_step(action, f"drag {start.label}", changes_page=True)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"drag {self.what}",)]


@dataclass(frozen=True)
class RunCommand(Goal):
    """A command is run in the terminal, which is opened for it."""

    command: str

    def __str__(self) -> str:
        return f'run "{self.command}"'

    def steps(self, scene: Scene) -> list[Step]:
        prompt = _prompt(scene)
        if prompt is None:
            return OpenProgram(TERMINAL).steps(scene)
        focus = [] if prompt.focused else [click_step(prompt)]
        return [*focus, type_step(self.command), press_step("enter")]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"type {self.command}", "press enter"), (f"run {self.command}",)]

    @property
    def preparation(self) -> HistoryPattern:
        return (f"double click {TERMINAL}", "click Command line", f"type {self.command}")


def _prompt(scene: Scene) -> Element | None:
    """Return what takes the terminal's input: a field in its window, or else the window."""
    places = (*scene.named("field"), *scene.named("window"))
    return next((place for place in places if TERMINAL in f"{place.label} {place.window}"), None)
