"""The person's brake: the pointer in a corner of a screen ends whatever is going on."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from anyio import CancelScope, create_task_group, sleep

from ..api.errors import CoastyError
from ..screens import Point
from .desktop import Desktop
from .screen_area import ScreenArea

CORNER_REACH = 1
"""Pixels around a corner that belong to it."""
POLL_INTERVAL = 0.02
"""Seconds between two looks at where the pointer is."""


class StoppedByUser(CoastyError):
    code = "STOPPED_BY_USER"
    advice = "Do not go on before the user agrees."


class PointerInCorner(StoppedByUser):
    code = "POINTER_IN_CORNER"
    advice = "Ask the user to move it away from there, then try again."


class Brake(Protocol):
    """What is asked before each movement."""

    def check(self) -> None: ...

    def keep_clear(self, point: Point) -> Point: ...


class EmergencyStop:
    def __init__(self, desktop: Desktop, monitors: Sequence[ScreenArea]) -> None:
        self._desktop = desktop
        self._monitors = monitors
        self._corners = [corner for monitor in monitors for corner in monitor.corners]
        self._triggered = False

    def check(self) -> None:
        """Check the brake before we move, which would take the pointer out of the corner."""
        if self._triggered or self._near(self._desktop.pointer()):
            self._triggered = True
            raise StoppedByUser("The pointer is in a corner of the screen: the user stopped this.")

    def keep_clear(self, point: Point) -> Point:
        """Return the point, or the nearest one at which the pointer does not pull the brake."""
        for monitor in self._monitors:
            if monitor.holds(point) and self._near(point):
                inwards = 1 if point.x <= monitor.left + CORNER_REACH else -1
                return Point(point.x + inwards * (2 * CORNER_REACH + 1), point.y)
        return point

    @asynccontextmanager
    async def armed(self) -> AsyncGenerator[None]:
        """Watch the brake meanwhile; pulling it cancels what goes on."""
        if self._near(self._desktop.pointer()):
            raise PointerInCorner(
                "Nothing was done: the pointer is in a corner of the screen, where it stops "
                "everything."
            )
        failure: Exception | None = None
        async with create_task_group() as tasks:
            tasks.start_soon(self._watch, tasks.cancel_scope)
            try:
                yield
            except Exception as error:  # as it is, not in a group
                failure = error
            tasks.cancel_scope.cancel()
        if self._triggered:
            self.check()
        if failure:
            raise failure

    async def _watch(self, scope: CancelScope) -> None:
        await sleep(POLL_INTERVAL)  # the first look was before it began
        while not self._near(self._desktop.pointer()):
            await sleep(POLL_INTERVAL)
        self._triggered = True
        scope.cancel()

    def _near(self, point: Point) -> bool:
        return any(
            abs(point.x - corner.x) <= CORNER_REACH and abs(point.y - corner.y) <= CORNER_REACH
            for corner in self._corners
        )
