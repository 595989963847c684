"""What to do next on a screen so that an instruction comes true."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from textwrap import shorten
from typing import Literal

from ..scene import Scene
from . import actions
from .action_goals import Scroll
from .actions import Action
from .goal import Missing, Step, Wish
from .history import trailing
from .instruction_grammar import NotUnderstood, read
from .progress import carried_out, resumed

PAGE = 10  # turns of the wheel
MOST_SCROLLS = 5  # in search of something, before it is called missing


@dataclass(frozen=True)
class Prediction:
    actions: list[Action]
    status: Literal["continue", "done", "fail"]
    reasoning: str


def predict(
    instruction: str, scene: Scene, max_actions: int, tools: Sequence[str] | None = None
) -> Prediction:
    """The next actions, at most up to the one that changes the page.

    Nothing is remembered: what was done already is read off the scene and its history.
    """
    try:
        wishes = read(instruction)
        ahead = [wish for wish in wishes[carried_out(wishes, scene) :] if not wish.met(scene)]
        if not ahead:
            return Prediction([actions.done()], "done", "All that was asked for is done.")
        steps = _steps(ahead, scene)[:max_actions]
    except (NotUnderstood, Missing) as problem:
        return _failed(str(problem))
    done = len(wishes) - len(ahead)
    following = shorten(", ".join(map(str, ahead[:3])), 300)
    reasoning = f"{done} of {len(wishes)} things are done. Next: {following}."
    return _within(tools, [step.action for step in steps], reasoning)


def _steps(wishes: Sequence[Wish], scene: Scene) -> list[Step]:
    """What the screen allows to be done now."""
    steps = list[Step]()
    for wish in wishes:
        try:
            more = wish.steps(scene)
        except Missing:
            if steps:  # it may appear when they are done
                return steps
            if _may_be_below(scene):
                return Scroll("down", PAGE).steps(scene)
            raise
        steps += more if steps else resumed(more, scene.history)
        if more[-1].changes_page:
            break
    return steps


def _may_be_below(scene: Scene) -> bool:
    bar = next(scene.named("scrollbar"), None)
    scrolled = trailing("scroll down", scene.history)
    return bar is not None and bar.value != "100%" and scrolled < MOST_SCROLLS


def _within(tools: Sequence[str] | None, wanted: list[Action], reasoning: str) -> Prediction:
    """The actions up to the first that the caller does not allow."""
    kinds = [action["action_type"] for action in wanted]
    allowed = len(list(takewhile(lambda kind: tools is None or kind in tools, kinds)))
    if not allowed:
        return _failed(f"The next action is {kinds[0]}, which is not among the tools allowed.")
    return Prediction(wanted[:allowed], "continue", reasoning)


def _failed(reason: str) -> Prediction:
    return Prediction([actions.fail(reason)], "fail", reason)
