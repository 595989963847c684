"""Predicting the next actions on a screen for an instruction."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from textwrap import shorten
from typing import Literal

from ..scene import Scene
from . import actions
from .action_goals import Scroll
from .actions import Action
from .goal import Goal, MissingElement, Step
from .history import count_trailing
from .instruction_grammar import NotUnderstood, parse_instruction
from .progress import count_completed, remaining_steps

PAGE_NOTCHES = 10  # notches of the wheel that scroll about a page
MAX_SCROLLS = 5  # in search of an element, before it is called missing


@dataclass(frozen=True)
class Prediction:
    """The next actions in the scene's pixels, the status, and the reason in words."""

    actions: list[Action]
    status: Literal["continue", "done", "fail"]
    reasoning: str


def predict(
    instruction: str, scene: Scene, max_actions: int, tools: Sequence[str] | None = None
) -> Prediction:
    """Return the next actions, at most up to the one that changes the page.

    Nothing is remembered: what was done already is read off the scene and its history.
    """
    try:
        goals = parse_instruction(instruction)
        ahead = [goal for goal in goals[count_completed(goals, scene) :] if not goal.is_met(scene)]
        if not ahead:
            return Prediction([actions.done()], "done", "All that was asked for is done.")
        steps = _steps(ahead, scene)[:max_actions]
    except (NotUnderstood, MissingElement) as problem:
        return _failure(str(problem))
    done = len(goals) - len(ahead)
    following = shorten(", ".join(map(str, ahead[:3])), 300)
    reasoning = f"{done} of {len(goals)} things are done. Next: {following}."
    return _limit_to_tools(tools, [step.action for step in steps], reasoning)


def _steps(goals: Sequence[Goal], scene: Scene) -> list[Step]:
    """Return the steps that can be taken on this screen, before it must be looked at again."""
    steps = list[Step]()
    for goal in goals:
        try:
            more = goal.steps(scene)
        except MissingElement:
            if steps:  # it may appear when they are done
                return steps
            if _may_be_below(scene):
                return Scroll("down", PAGE_NOTCHES).steps(scene)
            raise
        steps += more if steps else remaining_steps(more, scene.history)
        if more[-1].changes_page:
            break
    return steps


def _may_be_below(scene: Scene) -> bool:
    bar = next(scene.named("scrollbar"), None)
    scrolled = count_trailing("scroll down", scene.history)
    return bar is not None and bar.value != "100%" and scrolled < MAX_SCROLLS


def _limit_to_tools(
    tools: Sequence[str] | None, wanted: list[Action], reasoning: str
) -> Prediction:
    """Return the actions up to the first that the caller does not allow."""
    kinds = [action["action_type"] for action in wanted]
    allowed = len(list(takewhile(lambda kind: tools is None or kind in tools, kinds)))
    if not allowed:
        return _failure(f"The next action is {kinds[0]}, which is not among the tools allowed.")
    return Prediction(wanted[:allowed], "continue", reasoning)


def _failure(reason: str) -> Prediction:
    return Prediction([actions.fail(reason)], "fail", reason)
