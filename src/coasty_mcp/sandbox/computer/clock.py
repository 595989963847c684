"""The clock of a simulated machine, on which commands take time without anybody waiting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Now = Callable[[], datetime]

FIXED = datetime(2026, 8, 22, 12, 3, 7, tzinfo=UTC)
"""The time on a machine that belongs to no world, as in tests."""


class MachineClock:
    """The world's time, and on top what the machine's commands took in simulated time."""

    def __init__(self, now: Now | None = None) -> None:
        self._world_now: Now = now or (lambda: FIXED)
        self._spent = timedelta()
        self.started = self.now() - timedelta(minutes=3)

    def __deepcopy__(self, memo: dict[int, Any]) -> "MachineClock":
        """A snapshot of the machine goes on in the same world."""
        return MachineClock(self._world_now)

    def now(self) -> datetime:
        return self._world_now() + self._spent

    def spend(self, seconds: float) -> None:
        self._spent += timedelta(seconds=seconds)
