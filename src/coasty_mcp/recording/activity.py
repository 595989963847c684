"""The latest calls of a session in memory, for those who watch."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .finished_call import FinishedCall
from .marks import ScreenMarks
from .privacy import without_secrets
from .steps import page_step

MOST_STEPS = 200


@dataclass
class Activity:
    """Observes calls, and tells those of one machine as the page shows them, without pictures."""

    _steps: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_STEPS))
    _marks: ScreenMarks = field(default_factory=ScreenMarks)
    _count: int = 0

    def __call__(self, call: FinishedCall) -> None:
        """Remember a call."""
        clean = without_secrets(call)
        self._count += 1
        step = page_step(clean, self._marks.of(clean).marks)
        self._steps.append({"number": self._count, "machine_id": call.machine_id, **step})

    def since(self, machine_id: str, number: int, most: int) -> list[dict[str, Any]]:
        """Return the first calls on a machine after that number."""
        steps = (each for each in self._steps if each["machine_id"] == machine_id)
        return [each for each in steps if each["number"] > number][:most]
