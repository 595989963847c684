"""macOS and Windows, by way of pynput."""

from collections.abc import Sequence

from pynput import keyboard, mouse  # pyright: ignore[reportMissingModuleSource]

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button
from .window_info import WindowInfo


class PynputDesktop:
    counts_clicks = True
    keyboard_adapted = False

    def __init__(self) -> None:
        self._mouse = mouse.Controller()
        self._keyboard = keyboard.Controller()

    def pointer(self) -> Point:
        x, y = self._mouse.position
        return Point(int(x), int(y))

    def move(self, to: Point) -> None:
        self._mouse.position = (to.x, to.y)

    def click(self, button: Button, times: int) -> None:
        self._mouse.click(mouse.Button[button], times)

    def hold(self, button: Button, down: bool) -> None:
        act = self._mouse.press if down else self._mouse.release
        act(mouse.Button[button])

    def scroll(self, right: int, down: int) -> None:
        self._mouse.scroll(right, -down)

    def awaits_focus(self) -> bool:
        return False

    def held_keys(self) -> list[str]:
        return []

    def press(self, key: str, down: bool) -> None:
        act = self._keyboard.press if down else self._keyboard.release
        act(key if len(key) == 1 else _named(key))

    def prepare_keys(self, keys: Sequence[str]) -> None:
        pass

    def prepare_typing(self, text: str) -> int:
        return len(text)

    def type(self, character: str) -> None:
        self._keyboard.type(character)

    def clipboard(self) -> None:
        return None

    def restore_keyboard(self) -> None:
        pass

    def windows(self) -> frozenset[int]:
        return frozenset()

    def programs_windows(self) -> Sequence[WindowInfo]:
        return []

    def focused(self) -> int:
        raise InvalidRequest("same_window is only possible on X11: leave it out.")

    def close(self) -> None:
        pass


def _named(key: str) -> keyboard.Key:
    if key not in keyboard.Key.__members__:
        raise InvalidRequest(f"There is no key {key} on this system.")
    return keyboard.Key[key]
