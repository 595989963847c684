"""Goals about the state of the screen, which shows whether they are met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..scene import Element, Scene
from .goal import Goal, MissingElement, Step, click_step, fill_steps, press_step, require_element
from .grounding import could_mean, find
from .history import HistoryPattern, entry_matches, same_address

BROWSER, ADDRESS = "Browser", "Address"  # how the desktop labels them
USER_NAMES = ("user", "user name", "username", "login", "account", "email")  # of one field
SAMPLES = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "phone": "+1 555 0100",
    "password": "correct horse",
    "message": "Hello from the sandbox.",
}


class ScreenGoal(Goal):
    """A goal that counts as met once its screen is gone, unless the history shows interactions."""

    @property
    def interactions(self) -> HistoryPattern:
        """History entries of somebody who worked on it without meeting the goal."""
        return ()

    def may_have_been_met(self, history: Sequence[str]) -> bool:
        return not any(
            entry_matches(interaction, entry)
            for interaction in self.interactions
            for entry in history
        )


@dataclass(frozen=True)
class OpenProgram(ScreenGoal):
    """A program is open, by the name of its icon."""

    name: str

    def __str__(self) -> str:
        return f"open {self.name}"

    def is_met(self, scene: Scene) -> bool | None:
        return any(could_mean(self.name, window.label) for window in scene.named("window")) or None

    def steps(self, scene: Scene) -> list[Step]:
        element = require_element(self.name, scene)
        return [click_step(element, clicks=2 if element.role == "icon" else 1)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"double click {self.name}",), (f"click {self.name}",)]


@dataclass(frozen=True)
class GoTo(ScreenGoal):
    """The browser shows a web page, by its address."""

    address: str

    def __str__(self) -> str:
        return f"go to {self.address}"

    def is_met(self, scene: Scene) -> bool | None:
        entered = scene.history[-1:] != (f"type {self.address}",)
        return (entered and self._is_written(scene)) or None

    def steps(self, scene: Scene) -> list[Step]:
        bar = address_bar(scene)
        if bar is None:
            return OpenProgram(BROWSER).steps(scene)
        written = [] if self._is_written(scene) else fill_steps(bar, self.address)
        return [*written, press_step("enter")]

    @property
    def interactions(self) -> HistoryPattern:
        return (f"click {ADDRESS}", "open")

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"type {self.address}", "press enter"), (f"open {self.address}",)]

    @property
    def preparation(self) -> HistoryPattern:
        return (
            f"double click {BROWSER}",
            f"click {ADDRESS}",
            "press ctrl+a",
            f"type {self.address}",
        )

    def _is_written(self, scene: Scene) -> bool:
        bar = address_bar(scene)
        return bar is not None and same_address(bar.value, self.address)


@dataclass(frozen=True)
class Fill(ScreenGoal):
    """A field holds a value, maybe none, or one of several options is chosen."""

    label: str
    value: str

    def __str__(self) -> str:
        return f'set {self.label} to "{self.value}"'

    def is_met(self, scene: Scene) -> bool | None:
        if field := self._field(scene):
            return field.value == self.value
        option = self._option(scene)
        return option and option.value == option.label

    def steps(self, scene: Scene) -> list[Step]:
        if field := self._field(scene):
            return fill_steps(field, self.value)
        if option := self._option(scene):
            return [click_step(option)]
        raise MissingElement(f'field "{self.label}" or option "{self.value}"', scene)

    @property
    def interactions(self) -> HistoryPattern:
        return (f"click {self.label}",)

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        if not self.value:
            return [("press ctrl+a", "press delete")]
        return [(f"type {self.value}",), (f"click {self.value}",)]

    @property
    def preparation(self) -> HistoryPattern:
        return (f"click {self.label}", "press ctrl+a")

    def _field(self, scene: Scene) -> Element | None:
        name, fields = self.label.casefold(), list(scene.named("field"))
        names = (name, *USER_NAMES) if name in USER_NAMES else (name,)
        return next(filter(None, (find(each, fields) for each in names)), None)

    def _option(self, scene: Scene) -> Element | None:
        """Return the option labelled with the value; the question itself labels nothing."""
        wanted = self.value.casefold()
        options = scene.named("choice")
        return next((option for option in options if option.label.casefold() == wanted), None)


@dataclass(frozen=True)
class Tick(ScreenGoal):
    """A checkbox is ticked, or not."""

    label: str
    value: Literal["on", "off"] = "on"

    def __str__(self) -> str:
        return f"switch {self.label} {self.value}"

    def is_met(self, scene: Scene) -> bool | None:
        box = self._box(scene)
        return box and box.value == self.value

    def steps(self, scene: Scene) -> list[Step]:
        box = self._box(scene)
        if box is None:
            raise MissingElement(f'checkbox "{self.label}"', scene)
        return [click_step(box)]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [(f"click {self.label}",)]

    def _box(self, scene: Scene) -> Element | None:
        return find(self.label, scene.named("checkbox"))


@dataclass(frozen=True)
class CompleteForm(ScreenGoal):
    """No field of the form is empty: fields without a value get a sample."""

    except_for: tuple[str, ...] = ()
    """Fields that the instruction speaks of elsewhere."""

    def __str__(self) -> str:
        return "complete the form"

    def is_met(self, scene: Scene) -> bool | None:
        fields = form_fields(scene)
        return all(field.value for field in self._mine(fields)) if fields else None

    def steps(self, scene: Scene) -> list[Step]:
        fields = form_fields(scene)
        if not fields:
            raise MissingElement("form", scene)
        empty = [field for field in self._mine(fields) if not field.value]
        empty.sort(key=lambda field: field.box.top)
        return [step for field in empty for step in fill_steps(field, sample(field.label))]

    @property
    def completion_patterns(self) -> list[HistoryPattern]:
        return [("type",)]

    @property
    def preparation(self) -> HistoryPattern:
        return ("click", "type")

    def _mine(self, fields: Iterable[Element]) -> list[Element]:
        excluded = [find(label, fields) for label in self.except_for]
        return [field for field in fields if field not in excluded]


def address_bar(scene: Scene) -> Element | None:
    return next((field for field in scene.named("field") if field.label == ADDRESS), None)


def form_fields(scene: Scene) -> list[Element]:
    """Return the fields of the frontmost window that has any."""
    fields = [field for field in scene.named("field") if field.label != ADDRESS]
    return [field for field in fields if field.window == fields[0].window]


def sample(label: str) -> str:
    name = label.casefold()
    return next((value for word, value in SAMPLES.items() if word in name), "Sample")
