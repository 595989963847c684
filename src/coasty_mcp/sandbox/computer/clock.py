"""The clock of a simulated machine, on which commands take time without anybody waiting."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

Now = Callable[[], datetime]

FIXED = datetime(2026, 8, 22, 12, 3, 7, tzinfo=UTC)
"""The time on a machine that belongs to no world, as in tests."""


class MachineClock:
    """The world's time; after a command that took simulated time, not before that is over.

    It stands still then until the world's has come as far, and is right again.
    """

    def __init__(self, now: Now | None = None) -> None:
        self._world_now: Now = now or (lambda: FIXED)
        self._reached = self._world_now()
        self.started = self.now() - timedelta(minutes=3)

    def __deepcopy__(self, memo: dict[int, Any]) -> "MachineClock":
        """A snapshot of the machine goes on in the same world."""
        return MachineClock(self._world_now)

    def now(self) -> datetime:
        return max(self._world_now(), self._reached)

    @contextmanager
    def beside(self) -> Generator[None]:
        """Let what is done in the block take no time: it goes on beside the rest."""
        reached = self._reached
        try:
            yield
        finally:
            self._reached = reached

    def spend(self, seconds: float) -> None:
        self._reached = self.now() + timedelta(seconds=seconds)
