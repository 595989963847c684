"""Carrying an instruction out on a simulated computer, as the agent of a run does.

    task = Task("Open the browser, go to example.com/contact. Ask me before you press Send.")
    while (step := task.step(computer)).status == "acted":
        ...                       # step.actions were carried out, step.text says why
    match step.status:
        case "done":              # step.text says what was done in all
        case "ask":               # step.text is the question; task.approve(computer), then go on
        case "stuck":             # the screen does not allow it: a person may help, then go on
        case "not_understood":    # no retry will help; step.text says how to phrase it

Nothing but the computer is changed, and nothing is awaited: call `step` where drawing is allowed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from ..scene import Scene
from .action_goals import AskHuman, approval
from .actions import Action
from .goal import Problem
from .instruction_grammar import NotUnderstood, parse_instruction
from .planning import Prediction, predict, unmet_goals

MAX_SUMMARY = 12  # actions that a summary names one by one


class Computer(Protocol):
    """The part of a simulated computer that a task needs."""

    def scene(self) -> Scene: ...

    def run(self, command: str, parameters: Mapping[str, Any], /) -> dict[str, Any]: ...

    def record(self, entry: str, /) -> None: ...


@dataclass(frozen=True)
class TaskStep:
    """What came of one look at the screen."""

    status: Literal["acted", "done"] | Problem
    actions: list[Action]
    """The actions that were carried out, in the computer's pixels; empty unless `acted`."""
    text: str
    """Why these actions, what was done in all, what is to be decided, or what is wrong."""


@dataclass
class Task:
    """One instruction on its way; it may wait for a person for as long as it takes."""

    instruction: str
    max_actions: int = 5
    """The most actions of one step."""
    check: Callable[[Sequence[Action]], None] = lambda _: None
    """Raises CommandError where the actions of a step may not be carried out."""
    begun: bool = False
    taken: list[str] = field(default_factory=list[str])
    """Every action so far in words, such as `Click Send`."""

    def step(self, computer: Computer) -> TaskStep:
        """Look at the screen, and carry out what comes next.

        Raises:
            CommandError: an action failed on the machine.
        """
        prediction = self._predict(computer)
        if prediction.status == "continue":
            self.check(prediction.actions)
            for action in prediction.actions:
                computer.run(action["action_type"], action["params"])
                self.taken.append(action.get("description", action["action_type"]))
            return TaskStep("acted", prediction.actions, prediction.reasoning)
        text = self.summary if prediction.status == "done" else prediction.reasoning
        return TaskStep(prediction.problem or "done", [], text)

    def approve(self, computer: Computer) -> None:
        """Note that a person agreed to what was asked last, so that the next step goes on."""
        goal = next(iter(unmet_goals(self.instruction, self._scene(computer))), None)
        if isinstance(goal, AskHuman):
            computer.record(approval(goal.about))

    def heed(self, note: str) -> None:
        """Do what a person's note asks, if it is understood, then what is left of the whole."""
        try:
            last = parse_instruction(note)[-1]
        except NotUnderstood:
            return
        whole = last == parse_instruction(self.instruction)[-1]
        self.instruction = note if whole else f"{note}; {self.instruction}"
        self.begun = False

    @property
    def summary(self) -> str:
        """What was done in all, as one sentence that says it was simulated."""
        if not self.taken:
            return "Simulated: nothing had to be done, the screen shows it already."
        named = "; ".join(self.taken[:MAX_SUMMARY])
        more = len(self.taken) - MAX_SUMMARY
        return f"Simulated on the drawn desktop: {named}{f'; {more} more' if more > 0 else ''}."

    def _predict(self, computer: Computer) -> Prediction:
        return predict(self.instruction, self._scene(computer), self.max_actions)

    def _scene(self, computer: Computer) -> Scene:
        """Return the scene; what its history says of the time before this task is left out."""
        mark = f"begin {self.instruction[:80]}"
        if not self.begun:
            computer.record(mark)
            self.begun = True
        scene = computer.scene()
        starts = [at for at, entry in enumerate(scene.history, 1) if entry == mark]
        return replace(scene, history=scene.history[max(starts, default=0) :])
