"""How far an instruction has been carried out, judged by the screen and its history."""

from collections.abc import Sequence
from itertools import chain

from ..scene import Scene
from .goal import Goal, Step
from .history import entry_matches, latest_match


def count_completed(goals: Sequence[Goal], scene: Scene) -> int:
    """Return how many of the goals, from the first on, are proved to be done."""
    counts = range(len(goals), 0, -1)
    return next((count for count in counts if _are_proved(goals, count, scene)), 0)


def remaining_steps(steps: list[Step], history: Sequence[str]) -> list[Step]:
    """Return the steps without those at the beginning that were taken just now."""
    for taken in range(len(steps) - 1, 0, -1):
        recent = history[-taken:]
        expected = [step.history_entry for step in steps[:taken]]
        if len(recent) == taken and all(map(entry_matches, expected, recent)):
            return steps[taken:]
    return steps


def _are_proved(goals: Sequence[Goal], count: int, scene: Scene) -> bool:
    """Return whether the first `count` goals are done, by the history or by the screen.

    They are checked from the last to the first. An entry of the history no longer counts if what
    came after it serves none of the later goals. Once a later goal is
    proved, the page may have changed: the screen can no longer disprove the earlier ones.
    """
    history, later = scene.history, False
    for index in reversed(range(count)):
        goal, met = goals[index], goals[index].is_met(scene)
        place = latest_match(goal.completion_patterns, history)
        if place and (
            later or (met is not False and _serve_goals(scene, place.stop, goals[index + 1 :]))
        ):
            history, later = history[: place.start], True
        elif not (met or (later and met is None and goal.may_have_been_met(history))):
            return False
    return True


def _serve_goals(scene: Scene, start: int, goals: Sequence[Goal]) -> bool:
    """Return whether every history entry from there on was for one of these goals."""
    expected = [
        entry for goal in goals for entry in (*goal.preparation, *chain(*goal.completion_patterns))
    ]
    return all(
        entry.startswith("scroll ") or any(entry_matches(one, entry) for one in expected)
        for entry in scene.history[start:]
    )
