"""Gestures with mouse and keyboard: as slow as programs need, and nothing stays held down."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager

from anyio import sleep

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button, Desktop
from .failures import OtherWindow
from .safety import Brake
from .screen_area import ScreenArea

EVENT_PAUSE = 0.02
"""Seconds between two events that belong together."""
CHARACTER_PAUSE = 0.008
"""Seconds between two characters."""
KEYMAP_PAUSE = 0.15
"""Seconds until every program knows of a changed keyboard."""
DRAG_STEPS = 20


class MouseAndKeyboard:
    def __init__(
        self,
        desktop: Desktop,
        emergency_stop: Brake,
        monitors: Sequence[ScreenArea],
        may_type: Callable[[], bool],
    ) -> None:
        self._desktop = desktop
        self._emergency_stop = emergency_stop
        self._monitors = monitors
        self._may_type = may_type

    async def move(self, to: Point | None) -> None:
        """Move the pointer there; None means that it stays where it is."""
        self._emergency_stop.check()
        if to is None:
            return
        if not any(monitor.holds(to) for monitor in self._monitors):
            raise InvalidRequest(f"({to.x}, {to.y}) is on none of the monitors.")
        self._desktop.move(self._emergency_stop.keep_clear(to))
        await sleep(EVENT_PAUSE)

    async def click(
        self, at: Point | None, button: Button, times: int, held: Sequence[str] = ()
    ) -> None:
        """Click while the keys are held down."""
        await self.move(at)
        with ExitStack() as keys:
            for key in held:
                keys.enter_context(self._held_key(key))
            self._desktop.click(button, times)

    async def scroll(self, at: Point | None, right: int, down: int) -> None:
        await self.move(at)
        for _ in range(abs(right) + abs(down)):
            self._emergency_stop.check()
            self._desktop.scroll(_sign(right), _sign(down))
            await sleep(EVENT_PAUSE)

    async def drag(self, start: Point, end: Point, button: Button) -> None:
        await self.move(start)
        with self._held_button(button):
            for step in range(1, DRAG_STEPS + 1):
                dx, dy = (end.x - start.x) * step, (end.y - start.y) * step
                await self.move(Point(start.x + dx // DRAG_STEPS, start.y + dy // DRAG_STEPS))
            await sleep(EVENT_PAUSE)

    async def press(self, keys: Sequence[str]) -> None:
        """Press keys one after the other. A character is typed: no layout has a key for each."""
        for key in keys:
            if len(key) == 1:
                await self.type(key)
            else:
                await self.combine([key])

    async def combine(self, keys: Sequence[str]) -> None:
        """Press the keys so that all are held together."""
        self._emergency_stop.check()
        self._refuse_other_window()
        with ExitStack() as held:
            for key in keys:
                held.enter_context(self._held_key(key))
                await sleep(EVENT_PAUSE)

    async def type(self, text: str) -> None:
        self._emergency_stop.check()
        while text:
            self._refuse_other_window()
            try:
                ready = self._desktop.prepare_typing(text)
                await sleep(KEYMAP_PAUSE)
                for character in text[:ready]:
                    self._emergency_stop.check()
                    self._refuse_other_window()
                    self._desktop.type(character)
                    await sleep(CHARACTER_PAUSE)
                await sleep(KEYMAP_PAUSE)
            finally:
                self._desktop.restore_keyboard()
            text = text[ready:]

    @contextmanager
    def _held_key(self, key: str) -> Generator[None]:
        try:
            self._desktop.press(key, True)
            yield
        finally:
            self._desktop.press(key, False)

    @contextmanager
    def _held_button(self, button: Button) -> Generator[None]:
        try:
            self._desktop.hold(button, True)
            yield
        finally:
            self._desktop.hold(button, False)

    def _refuse_other_window(self) -> None:
        if not self._may_type():
            raise OtherWindow("The window that would be typed into was not in the last picture.")


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
