"""Gestures with a keyboard: as slow as programs need, and no key stays held down."""

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from anyio import sleep, to_thread

from ..api.errors import InvalidRequest
from .guard import EVENT_PAUSE, Count, Guard

CHARACTER_PAUSE = 0.001
"""Seconds that a character takes, of which programs get those of several at once."""
PASTED = 2000
"""Characters from which a text is pasted, where it can be: typed it takes seconds."""
UNCHECKED = 4
"""Characters that are typed at once, before it is looked again at what the person does."""
KEYMAP_PAUSE = 0.15
"""Seconds until every program knows of a changed keyboard."""

T = TypeVar("T")


@dataclass
class Keyboard:
    guard: Guard
    may_paste: bool = True
    """Whether a text may be on the clipboard for a moment, where others may read it."""
    _held: list[str] = field(default_factory=list[str])

    @property
    def held(self) -> Sequence[str]:
        """The keys that `hold_down` holds, in the order in which they were pressed."""
        return self._held

    async def press(self, chords: Sequence[Sequence[str]], times: int = 1) -> None:
        """Press keys one after the other, and those of a chord together, so many times.

        A character alone is typed: no layout has a key for each.
        """
        with self.guard.counted(len(chords) * times, "key presses") as count:
            for chord in [*chords] * times:
                if [len(key) for key in chord] == [1] and not self._held:
                    await self.type(chord[0])
                else:
                    await self._combine(chord)
                count.done += 1

    async def _combine(self, keys: Sequence[str]) -> None:
        self.guard.emergency_stop.check()
        await self.guard.until_typing_is_safe()
        async with self._prepared(lambda: self.guard.desktop.prepare_keys(keys)):
            with ExitStack() as held:
                for key in keys:
                    held.enter_context(self.held_key(key))
                    await sleep(EVENT_PAUSE)

    async def hold_down(self, keys: Sequence[str]) -> None:
        """Press keys that stay down until `let_go`."""
        self.guard.emergency_stop.check()
        await self.guard.until_typing_is_safe()
        for key in keys:
            self.guard.desktop.prepare_keys([key])
            if self.guard.desktop.keyboard_adapted:  # it would type another character later on
                self.guard.desktop.restore_keyboard()
                raise InvalidRequest(f"This keyboard has no key {key} that could be held.")
            if key not in self._held:
                self._held.append(key)
                self.guard.desktop.press(key, True)

    def let_go(self, keys: Sequence[str] | None = None) -> None:
        """Release the keys, or all that are held."""
        for key in reversed(self._held if keys is None else keys):
            if key not in self._held:
                raise InvalidRequest(f"{key} is not held down.")
            self._held.remove(key)
            self.guard.desktop.press(key, False)

    async def type(self, text: str) -> None:
        self.guard.emergency_stop.check()
        if self._held:
            raise InvalidRequest(f"Text is typed once key_up has let go of {'+'.join(self._held)}.")
        with self.guard.counted(len(text), "characters") as count:
            if len(text) >= PASTED and await self._paste(text):
                count.done = count.total
            while text[count.done :]:
                await self.guard.until_typing_is_safe()
                await self._type_beginning(text[count.done :], count)

    async def _paste(self, text: str) -> bool:
        """Paste the text where that is known to work; return whether a program has taken it."""
        await self.guard.until_typing_is_safe()
        if not self.may_paste or not (lend := self.guard.desktop.clipboard()):
            return False
        if not (lent := await to_thread.run_sync(lend, text)):
            return False
        try:
            await sleep(EVENT_PAUSE)
            lent.forget()
            await self._combine(["ctrl", "v"])
            return await to_thread.run_sync(lent.taken, abandon_on_cancel=True)
        finally:
            lent.give_back()

    async def _type_beginning(self, text: str, count: Count) -> None:
        """Type as much as the keyboard has keys for at once."""
        desktop = self.guard.desktop
        async with self._prepared(lambda: desktop.prepare_typing(text)) as ready:
            due = monotonic()
            for character in text[:ready]:
                if count.done % UNCHECKED == 0:
                    await sleep(max(0.0, due - monotonic()))
                    due = max(due, monotonic()) + UNCHECKED * CHARACTER_PAUSE
                    self.guard.emergency_stop.check()
                    await self.guard.until_keys_are_free()
                    await self.guard.tell_progress(count)
                self.guard.refuse_other_window()
                desktop.type(character)
                count.done += 1

    @asynccontextmanager
    async def _prepared(self, prepare: Callable[[], T]) -> AsyncGenerator[T]:
        """Yield what preparing the keyboard returned, and undo the preparations."""
        try:
            ready = prepare()
            await self._until_keyboard_is_known()
            yield ready
            await self._until_keyboard_is_known()
        finally:
            self.guard.desktop.restore_keyboard()

    async def _until_keyboard_is_known(self) -> None:
        if self.guard.desktop.keyboard_adapted:
            await sleep(KEYMAP_PAUSE)

    @contextmanager
    def held_key(self, key: str) -> Generator[None]:
        """Hold a key meanwhile; one that is held anyway stays so."""
        if key in self._held:
            yield
            return
        try:
            self.guard.desktop.press(key, True)
            yield
        finally:
            self.guard.desktop.press(key, False)
