"""Wishes for something to be done: only the history shows whether it was."""

from dataclasses import dataclass

from ..scene import Element, Scene
from . import actions
from .actions import Direction
from .goal import Step, Wish, clicked, found, how_to_click, pressed, step, typed
from .grounding import find
from .history import Trace
from .screen_goals import Open

TERMINAL = "Terminal"


@dataclass(frozen=True)
class Click(Wish):
    names: tuple[str, ...]
    """What the thing may be called, likeliest first."""
    button: str = "left"
    clicks: int = 1

    def __str__(self) -> str:
        return f"{how_to_click(self.button, self.clicks)} {self.names[0]}"

    def steps(self, scene: Scene) -> list[Step]:
        candidates = (find(name, scene.elements) for name in self.names)
        element = next(filter(None, candidates), None) or found(self.names[0], scene)
        return [clicked(element, self.button, self.clicks)]

    @property
    def traces(self) -> list[Trace]:
        how = how_to_click(self.button, self.clicks)
        return [(f"{how} {name}",) for name in self.names]


@dataclass(frozen=True)
class Type(Wish):
    """Into whatever has the focus."""

    text: str

    def __str__(self) -> str:
        return f'type "{self.text}"'

    def met(self, scene: Scene) -> bool | None:
        fields = scene.named("field")
        return any(field.focused and field.value == self.text for field in fields) or None

    def steps(self, scene: Scene) -> list[Step]:
        return [typed(self.text)]

    @property
    def traces(self) -> list[Trace]:
        return [(f"type {self.text}",)]


@dataclass(frozen=True)
class Press(Wish):
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"press {'+'.join(self.keys)}"

    def steps(self, scene: Scene) -> list[Step]:
        return [pressed(*self.keys)]

    @property
    def traces(self) -> list[Trace]:
        return [(str(self),)]


@dataclass(frozen=True)
class Scroll(Wish):
    """The frontmost window."""

    direction: Direction
    amount: int = 5

    def __str__(self) -> str:
        return f"scroll {self.direction}"

    def steps(self, scene: Scene) -> list[Step]:
        window = next(scene.named("window"), None)
        at = window.box.middle if window else (scene.width // 2, scene.height // 2)
        action = actions.scroll(self.direction, self.amount, at)
        return [step(action, str(self), changes_page=True)]

    @property
    def traces(self) -> list[Trace]:
        return [(str(self),)]


@dataclass(frozen=True)
class Drag(Wish):
    what: str
    onto: str

    def __str__(self) -> str:
        return f"drag {self.what} to {self.onto}"

    def steps(self, scene: Scene) -> list[Step]:
        start, end = found(self.what, scene), found(self.onto, scene)
        action = actions.drag(start.box.middle, end.box.middle)
        return [step(action, f"drag {start.label}", changes_page=True)]

    @property
    def traces(self) -> list[Trace]:
        return [(f"drag {self.what}",)]


@dataclass(frozen=True)
class Run(Wish):
    """A command in the terminal, which is opened for it."""

    command: str

    def __str__(self) -> str:
        return f'run "{self.command}"'

    def steps(self, scene: Scene) -> list[Step]:
        prompt = _prompt(scene)
        if prompt is None:
            return Open(TERMINAL).steps(scene)
        focus = [] if prompt.focused else [clicked(prompt)]
        return [*focus, typed(self.command), pressed("enter")]

    @property
    def traces(self) -> list[Trace]:
        return [(f"type {self.command}", "press enter"), (f"run {self.command}",)]

    @property
    def prelude(self) -> Trace:
        return (f"double click {TERMINAL}", "click Command line", f"type {self.command}")


def _prompt(scene: Scene) -> Element | None:
    """Where the terminal is typed into: a field in its window, or else the window."""
    places = (*scene.named("field"), *scene.named("window"))
    return next((place for place in places if TERMINAL in f"{place.label} {place.window}"), None)
