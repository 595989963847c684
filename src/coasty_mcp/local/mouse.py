"""Gestures with a mouse: as slow as programs need, and no button stays held down."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from anyio import sleep

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button
from .guard import EVENT_PAUSE, Guard
from .keyboard import Keyboard
from .screen_area import ScreenArea

HOVER_PAUSE = 0.002
"""Seconds from the pointer's arrival to a click, in which a program may show what lies there."""
CLICK_PAUSE = 0.15
"""Seconds between the clicks of one double click: a browser sees no shorter ones reliably."""
DRAG_STEPS = 20


@dataclass
class Mouse:
    guard: Guard
    keyboard: Keyboard
    monitors: Sequence[ScreenArea]

    async def move(self, to: Point | None) -> None:
        """Move the pointer there; None means that it stays where it is."""
        self.guard.emergency_stop.check()
        if to is None:
            return
        if not any(monitor.holds(to) for monitor in self.monitors):
            raise InvalidRequest(f"({to.x}, {to.y}) is on none of the monitors.")
        self.guard.desktop.move(self.guard.emergency_stop.keep_clear(to))

    async def click(
        self, at: Point | None, button: Button, times: int, held: Sequence[str] = ()
    ) -> None:
        """Click while the keys are held down."""
        await self.guard.until_keys_are_free()
        await self.move(at)
        await sleep(HOVER_PAUSE)
        with ExitStack() as keys:
            for key in held:
                keys.enter_context(self.keyboard.held_key(key))
            await self._click(button, times)

    async def _click(self, button: Button, times: int) -> None:
        if self.guard.desktop.counts_clicks:
            self.guard.desktop.click(button, times)
            return
        with self.guard.counted(times, "clicks") as count:
            while count.done < times:
                if count.done:
                    await sleep(CLICK_PAUSE)
                self.guard.emergency_stop.check()
                self.guard.desktop.click(button, 1)
                count.done += 1

    async def scroll(self, at: Point | None, right: int, down: int) -> None:
        await self.guard.until_keys_are_free()
        await self.move(at)
        notches = abs(right) + abs(down)
        with self.guard.counted(notches, "notches") as count:
            for _ in range(notches):
                self.guard.emergency_stop.check()
                self.guard.desktop.scroll(_sign(right), _sign(down))
                count.done += 1
                await sleep(EVENT_PAUSE)

    async def drag(self, start: Point, end: Point, button: Button) -> None:
        await self.guard.until_keys_are_free()
        await self.move(start)
        await sleep(EVENT_PAUSE)
        with self._held_button(button):
            for step in range(1, DRAG_STEPS + 1):
                dx, dy = (end.x - start.x) * step, (end.y - start.y) * step
                await self.move(Point(start.x + dx // DRAG_STEPS, start.y + dy // DRAG_STEPS))
                await sleep(EVENT_PAUSE)

    @contextmanager
    def _held_button(self, button: Button) -> Generator[None]:
        try:
            self.guard.desktop.hold(button, True)
            yield
        finally:
            self.guard.desktop.hold(button, False)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
