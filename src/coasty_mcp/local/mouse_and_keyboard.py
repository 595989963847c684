"""Gestures with mouse and keyboard: as slow as programs need, and nothing stays held down."""

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from time import monotonic
from typing import TypeVar

from anyio import sleep

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button, Desktop
from .failures import KeysHeld, OtherWindow
from .safety import Brake
from .screen_area import ScreenArea

EVENT_PAUSE = 0.02
"""Seconds between two events that belong together."""
HOVER_PAUSE = 0.02
"""Seconds from the pointer's arrival to a click, in which a program may show what lies there."""
CLICK_PAUSE = 0.15
"""Seconds between the clicks of one double click: a browser sees no shorter ones reliably."""
CHARACTER_PAUSE = 0.002
"""Seconds between two characters."""
UNCHECKED = 4
"""Characters that may be typed before it is looked again at what the person does."""
RELEASE_WAIT = 2.0
"""Seconds in which a person may let go of the keys that are in the way."""
KEYMAP_PAUSE = 0.15
"""Seconds until every program knows of a changed keyboard."""
DRAG_STEPS = 20

T = TypeVar("T")


class MouseAndKeyboard:
    def __init__(
        self,
        desktop: Desktop,
        emergency_stop: Brake,
        monitors: Sequence[ScreenArea],
        may_type: Callable[[], bool],
    ) -> None:
        self.unfinished = ""
        """How far an action came that did not end."""
        self._done = 0
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

    async def click(
        self, at: Point | None, button: Button, times: int, held: Sequence[str] = ()
    ) -> None:
        """Click while the keys are held down."""
        await self._until_keys_are_free()
        await self.move(at)
        await sleep(HOVER_PAUSE)
        with ExitStack() as keys:
            for key in held:
                keys.enter_context(self._held_key(key))
            await self._click(button, times)

    async def _click(self, button: Button, times: int) -> None:
        if self._desktop.counts_clicks:
            self._desktop.click(button, times)
            return
        with self._counted(times, "clicks"):
            while self._done < times:
                if self._done:
                    await sleep(CLICK_PAUSE)
                self._emergency_stop.check()
                self._desktop.click(button, 1)
                self._done += 1

    async def scroll(self, at: Point | None, right: int, down: int) -> None:
        await self._until_keys_are_free()
        await self.move(at)
        with self._counted(abs(right) + abs(down), "notches"):
            for _ in range(abs(right) + abs(down)):
                self._emergency_stop.check()
                self._desktop.scroll(_sign(right), _sign(down))
                self._done += 1
                await sleep(EVENT_PAUSE)

    async def drag(self, start: Point, end: Point, button: Button) -> None:
        await self._until_keys_are_free()
        await self.move(start)
        await sleep(EVENT_PAUSE)
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
        await self._until_keys_are_free()
        self._refuse_other_window()
        async with self._prepared(lambda: self._desktop.prepare_keys(keys)):
            with ExitStack() as held:
                for key in keys:
                    held.enter_context(self._held_key(key))
                    await sleep(EVENT_PAUSE)

    async def type(self, text: str) -> None:
        self._emergency_stop.check()
        with self._counted(len(text), "characters"):
            while text:
                self._refuse_other_window()
                await self._until_keys_are_free()
                text = text[await self._type_beginning(text) :]

    async def _type_beginning(self, text: str) -> int:
        """Type as much as the keyboard has keys for at once; return how many characters."""
        async with self._prepared(lambda: self._desktop.prepare_typing(text)) as ready:
            due = monotonic()
            for character in text[:ready]:
                self._refuse_other_window()
                if self._done % UNCHECKED == 0:
                    self._emergency_stop.check()
                    await self._until_keys_are_free()
                self._desktop.type(character)
                self._done += 1
                due = max(due + CHARACTER_PAUSE, monotonic() - CHARACTER_PAUSE)
                await sleep(max(0.0, due - monotonic()))
        return ready

    @asynccontextmanager
    async def _prepared(self, prepare: Callable[[], T]) -> AsyncGenerator[T]:
        """Yield what preparing the keyboard returned, and undo the preparations."""
        try:
            ready = prepare()
            await self._until_keyboard_is_known()
            yield ready
            await self._until_keyboard_is_known()
        finally:
            self._desktop.restore_keyboard()

    async def _until_keyboard_is_known(self) -> None:
        if self._desktop.keyboard_adapted:
            await sleep(KEYMAP_PAUSE)

    async def _until_keys_are_free(self) -> None:
        """Wait for the person to let go of modifiers, which would make shortcuts of all we do.

        Raises:
            KeysHeld: they are not let go.
        """
        deadline = monotonic() + RELEASE_WAIT
        while held := self._desktop.held_keys():
            if monotonic() > deadline:
                raise KeysHeld(f"Somebody holds down {', '.join(held)} on this keyboard.")
            await sleep(EVENT_PAUSE)

    @contextmanager
    def _counted(self, total: int, what: str) -> Generator[None]:
        """Let `unfinished` say how much of the total was done, where something ends it."""
        self._done = 0
        try:
            yield
        except BaseException:
            self.unfinished = f"{self._done} of {total} {what} had been done by then."
            raise

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
