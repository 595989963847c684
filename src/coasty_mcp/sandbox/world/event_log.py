"""What happens to a run, as numbered events that can be read again from any number on."""

from typing import Any, NamedTuple

import anyio

LAST, PAUSED = "done", "awaiting_human"


class Event(NamedTuple):
    seq: int
    """From 1, always one more than before."""
    kind: str
    data: dict[str, Any]


class EventLog:
    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = anyio.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._ends_with(LAST)

    @property
    def paused(self) -> bool:
        """Whether nothing more will come until a person has acted."""
        return self._ends_with(PAUSED)

    def append(self, kind: str, /, **data: Any) -> int:
        """Append an event and return its number."""
        event = Event(len(self._events) + 1, kind, data)
        self._events.append(event)
        self._news.set()
        self._news = anyio.Event()
        return event.seq

    def end(self, status: str, error: dict[str, str] | None, **outcome: Any) -> None:
        """Append the end, as two kinds of event: clients of either exist."""
        if error:
            self.append("error", **error)
        for kind in ("terminal", LAST):
            self.append(kind, status=status, **outcome, error=error)

    def after(self, seq: int) -> list[Event]:
        return self._events[seq:]

    async def wait(self, seq: int) -> None:
        """Wait until there is something after that number, or nothing more will come."""
        while not (self.closed or self.after(seq)):
            await self._news.wait()

    def _ends_with(self, kind: str) -> bool:
        return bool(self._events) and self._events[-1].kind == kind
