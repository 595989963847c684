"""What is made sure of between two events: nobody stops us, nobody's keys or windows interfere."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from anyio import sleep

from .desktop import Desktop
from .failures import KeysHeld, OtherWindow
from .safety import Brake

EVENT_PAUSE = 0.02
"""Seconds between two events that belong together."""
RELEASE_WAIT = 2.0
"""Seconds in which a person may let go of the keys that are in the way."""
REPORT_PAUSE = 1.0
"""Seconds between two reports of how far a text has come."""

Report = Callable[[float, float, str], Awaitable[None]]
"""Hears how much is done, of how much, and what it is."""


async def report_to_nobody(*_: object) -> None:
    pass


@dataclass
class Count:
    total: int
    what: str
    heard: float
    """When it was last reported, or began."""
    done: int = 0


@dataclass
class Guard:
    desktop: Desktop
    emergency_stop: Brake
    may_type: Callable[[], bool]
    report: Report
    unfinished: str = ""
    """How far an action came that did not end."""

    async def until_typing_is_safe(self) -> None:
        """Wait for a click to have moved the keyboard, and for the person's keys.

        Raises:
            KeysHeld: they are not let go.
            OtherWindow: the window that would be typed into must not be.
        """
        while self.desktop.awaits_focus():
            await sleep(EVENT_PAUSE)
        await self.until_keys_are_free()
        self.refuse_other_window()

    async def until_keys_are_free(self) -> None:
        """Wait for the person to let go of modifiers, which would make shortcuts of all we do.

        Raises:
            KeysHeld: they are not let go.
        """
        deadline = monotonic() + RELEASE_WAIT
        while held := self.desktop.held_keys():
            if monotonic() > deadline:
                raise KeysHeld(f"Somebody holds down {', '.join(held)} on this keyboard.")
            await sleep(EVENT_PAUSE)

    def refuse_other_window(self) -> None:
        if not self.may_type():
            raise OtherWindow("The window that would be typed into was not in the last picture.")

    @contextmanager
    def counted(self, total: int, what: str) -> Generator[Count]:
        """Let `unfinished` say how much of the total was done, where something ends it."""
        count = Count(total, what, monotonic())
        try:
            yield count
        except BaseException:
            self.unfinished = f"{count.done} of {total} {what} had been done by then."
            raise

    async def tell_progress(self, count: Count) -> None:
        """Report, once a second, how far it has come."""
        if monotonic() - count.heard >= REPORT_PAUSE:
            count.heard = monotonic()
            await self.report(count.done, count.total, f"{count.done} {count.what} done.")
