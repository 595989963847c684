"""How far an instruction has been carried out, told from the screen and its history."""

from collections.abc import Sequence
from itertools import chain

from ..scene import Scene
from .goal import Step, Wish
from .history import latest, same


def carried_out(wishes: Sequence[Wish], scene: Scene) -> int:
    """How many of the wishes, from the first on, are proved to be done."""
    counts = range(len(wishes), 0, -1)
    return next((count for count in counts if _proved(wishes, count, scene)), 0)


def resumed(steps: list[Step], history: Sequence[str]) -> list[Step]:
    """Without those at the beginning that were taken just now."""
    for taken in range(len(steps) - 1, 0, -1):
        recent = history[-taken:]
        traces = [step.trace for step in steps[:taken]]
        if len(recent) == taken and all(map(same, traces, recent)):
            return steps[taken:]
    return steps


def _proved(wishes: Sequence[Wish], count: int, scene: Scene) -> bool:
    """Whether the first wishes are done: back to front, each by its trace or by the screen.

    A trace is stale if what came after it serves none of the later wishes. Once a later wish is
    proved, the page may have changed: the screen speaks for the earlier ones no more, not against.
    """
    history, later = scene.history, False
    for index in reversed(range(count)):
        wish, met = wishes[index], wishes[index].met(scene)
        place = latest(wish.traces, history)
        if place and (
            later or (met is not False and _serves(scene, place.stop, wishes[index + 1 :]))
        ):
            history, later = history[: place.start], True
        elif not (met or (later and met is None and wish.may_have_been_met(history))):
            return False
    return True


def _serves(scene: Scene, start: int, wishes: Sequence[Wish]) -> bool:
    """Whether the history from there on was for these wishes."""
    expected = [entry for wish in wishes for entry in (*wish.prelude, *chain(*wish.traces))]
    return all(
        entry.startswith("scroll ") or any(same(one, entry) for one in expected)
        for entry in scene.history[start:]
    )
