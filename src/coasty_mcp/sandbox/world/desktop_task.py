"""A task on a machine's drawn desktop, planned as predictions are, and the words that steer it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .action_policies import PolicyWatch
from .computers import Computer

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner import Task, TaskStep

PAUSE, FAIL = "[pause]", "[fail]"
"""Markers in a task: ask for a person once, and fail in the end. See contract.md, section 13."""
NO_DESKTOP = (
    "The sandbox's agent acts on a desktop, and this machine was started without one. "
    "Start one with desktop_enabled."
)
UNSEEN = (
    "The sandbox's agent knows its drawn desktops alone, and cannot see a real one. The host's own "
    "model can: take a screenshot, and act by its coordinates."
)
MARKERS_ONLY = "Simulated: the sandbox followed the words in brackets, and did nothing else."


class DesktopTask:
    """A task in words; its methods use the computer, so hold the machine's lock."""

    def __init__(self, text: str, max_actions: int = 5, watch: PolicyWatch | None = None) -> None:
        self._watch = watch or PolicyWatch(None)
        self.pauses, self.fails = PAUSE in text, FAIL in text
        self._instruction = text.replace(PAUSE, "").replace(FAIL, "").strip()
        self._max_actions = max_actions

    def step(self, computer: Computer) -> TaskStep:
        """Do what comes next on the screen, and return what was done or why nothing was.

        A task with markers is there to try the API with: it may hold nothing that is understood.

        Raises:
            CommandError: an action failed on the machine.
        """
        from ..computer import Computer as DrawnComputer
        from ..planner import TaskStep

        marked = self.pauses or self.fails
        if marked and not self._instruction:
            return TaskStep("done", [], MARKERS_ONLY)
        if not isinstance(computer, DrawnComputer):
            step = TaskStep("not_understood", [], UNSEEN)
        elif computer.has_desktop:
            step = self._task.step(computer)
        else:
            step = TaskStep("not_understood", [], NO_DESKTOP)
        if marked and step.status == "not_understood":
            return TaskStep("done", [], f"{MARKERS_ONLY} {step.text}")
        return step

    def approve(self, computer: Computer) -> None:
        """Note that a person agreed to what the last step asked."""
        from ..computer import Computer as DrawnComputer

        if isinstance(computer, DrawnComputer):
            self._task.approve(computer)

    def heed(self, note: str) -> None:
        """Do first what a person said to a question."""
        self._task.heed(note)

    @property
    def so_far(self) -> str:
        """What was done until now as one sentence; empty if nothing was."""
        return self._task.summary if self._task.taken else ""

    @cached_property
    def _task(self) -> Task:
        from ..planner import Task

        return Task(self._instruction, self._max_actions, self._watch.check)
