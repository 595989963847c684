"""Predicting the next actions on a screen for an instruction.

One look at a screen is one prediction. `Task` carries a whole instruction out on a computer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from textwrap import shorten
from typing import Literal

from ..scene import Scene
from . import actions
from .action_goals import Scroll
from .actions import Action
from .goal import Blocked, Goal, MissingElement, Problem, Step
from .history import count_trailing
from .instruction_grammar import NotUnderstood, parse_instruction
from .progress import count_completed, remaining_steps

PAGE_NOTCHES = 10  # notches of the wheel that scroll about a page
LOOKING_BELOW = "Scrolling down, to see whether it is further below."
MAX_SCROLLS = 5  # in search of an element, before it is called missing


@dataclass(frozen=True)
class Prediction:
    """The next actions in the scene's pixels, the status, and the reason in words."""

    actions: list[Action]
    status: Literal["continue", "done", "fail"]
    reasoning: str
    problem: Problem | None = None
    """Why the status is `fail`."""


def predict(
    instruction: str, scene: Scene, max_actions: int, tools: Sequence[str] | None = None
) -> Prediction:
    """Return the next actions, at most up to the one that changes the page.

    Nothing is remembered: what was done already is read off the scene and its history.
    """
    try:
        goals = parse_instruction(instruction)
        ahead = _unmet(goals, scene)
        if not ahead:
            return _done(scene)
        steps, remark = _steps(ahead, scene)
    except NotUnderstood as error:
        return _failure(str(error), "not_understood")
    except Blocked as error:
        return _failure(str(error), error.problem)
    done = len(goals) - len(ahead)
    following = shorten(", ".join(goal.in_words(scene) for goal in ahead[:3]), 300)
    reasoning = f"{done} of {len(goals)} things are done. Next: {following}.{remark}"
    return _limit_to_tools(tools, [step.action for step in steps[:max_actions]], reasoning)


def unmet_goals(instruction: str, scene: Scene) -> list[Goal]:
    """Return the goals that are still ahead.

    Raises:
        NotUnderstood: the instruction cannot be parsed.
    """
    return _unmet(parse_instruction(instruction), scene)


def _unmet(goals: Sequence[Goal], scene: Scene) -> list[Goal]:
    return [goal for goal in goals[count_completed(goals, scene) :] if not goal.is_met(scene)]


def _done(scene: Scene) -> Prediction:
    """Return that all is done, unless the page says that something is wrong."""
    alert = next(scene.named("alert"), None)
    if alert is None:
        return Prediction([actions.done()], "done", "All that was asked for is done.")
    return _failure(
        f'All that was asked for is done, but the page says "{alert.label}" '
        'Say what to enter, for example: type "Hello" into Message.',
        "stuck",
    )


def _steps(goals: Sequence[Goal], scene: Scene) -> tuple[list[Step], str]:
    """Return the steps that can be taken before the screen must be looked at again.

    The text is a remark about them, empty or with a space in front.
    """
    steps = list[Step]()
    for goal in goals:
        try:
            more = goal.steps(scene)
        except Blocked as error:
            if steps:  # that may change when they are done
                break
            if isinstance(error, MissingElement) and _may_be_below(scene):
                return Scroll("down", PAGE_NOTCHES).steps(scene), f" {error} {LOOKING_BELOW}"
            raise
        steps += more if steps else remaining_steps(more, scene.history)
        if more[-1].changes_page:
            break
    return steps, ""


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
        reason = f"The next action is {kinds[0]}, which is not among the tools allowed."
        return _failure(reason, "stuck")
    return Prediction(wanted[:allowed], "continue", reasoning)


def _failure(reason: str, problem: Problem) -> Prediction:
    return Prediction([actions.fail(reason)], "fail", reason, problem)
