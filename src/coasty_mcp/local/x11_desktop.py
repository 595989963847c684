"""X11, by way of its XTEST extension: what it sends, no program can tell from a real device."""

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import BadWindow, DisplayError
from Xlib.ext import xtest

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button
from .failures import NoScreen
from .lent_clipboard import Lend, lend
from .window_info import WindowInfo
from .x11_connection import close, default_display
from .x11_keyboard import X11Keyboard
from .x11_windows import X11Windows

if TYPE_CHECKING:
    from Xlib.xobject.drawable import Window

BUTTONS: dict[Button, int] = {"left": 1, "middle": 2, "right": 3}
UP, DOWN, LEFT, RIGHT = 4, 5, 6, 7  # the wheel
BUTTON_PAUSE = 0.002
"""Seconds: Chromium takes two events of the same time for one, and loses a click."""
CLICK_SECONDS, FOCUS_SECONDS = 0.05, 0.3
"""A window manager hands a click on after the first, and the keyboard too within the second."""

PASTING = {
    *("chromium", "chromium-browser", "google-chrome", "firefox", "firefox-esr"),
    *("mousepad", "l3afpad", "leafpad", "gedit", "gnome-text-editor", "featherpad", "pluma", "xed"),
}
"""Classes of programs that paste plain text with Ctrl+V; elsewhere it may be another shortcut."""


class X11Desktop:
    counts_clicks = False

    def __init__(self, display: Display | None = None) -> None:
        """Use the display, or the one that DISPLAY names."""
        try:
            self._display = display or default_display()
        except DisplayError as error:
            raise NoScreen(f"There is no X server to talk to: {error}.") from error
        self._default = display is None
        self._root = self._display.screen().root
        self._keyboard = X11Keyboard(self._display)
        self._windows = X11Windows(self._display)
        self._clicked = -math.inf

    def pointer(self) -> Point:
        seen = self._root.query_pointer()
        return Point(seen.root_x, seen.root_y)

    def move(self, to: Point) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=to.x, y=to.y)
        self._display.sync()

    def click(self, button: Button, times: int) -> None:
        for _ in range(times):
            self.hold(button, True)
            time.sleep(BUTTON_PAUSE)  # by our clock: the server's waits less where it is late
            self.hold(button, False)

    def hold(self, button: Button, down: bool) -> None:
        xtest.fake_input(self._display, X.ButtonPress if down else X.ButtonRelease, BUTTONS[button])
        self._display.sync()
        self._clicked = time.monotonic()

    def scroll(self, right: int, down: int) -> None:
        for amount, back, forth in ((right, LEFT, RIGHT), (down, UP, DOWN)):
            for _ in range(abs(amount)):
                self._button(forth if amount > 0 else back)

    def awaits_focus(self) -> bool:
        since = time.monotonic() - self._clicked
        if since >= FOCUS_SECONDS:
            return False
        return since < CLICK_SECONDS or self.focused() != self._under_pointer()

    def held_keys(self) -> list[str]:
        return self._keyboard.held()

    def press(self, key: str, down: bool) -> None:
        self._keyboard.press(key, down)

    def prepare_keys(self, keys: Sequence[str]) -> None:
        if self._keyboard.prepare(keys) < len(keys):
            raise InvalidRequest(f"This keyboard cannot press {'+'.join(keys)} together.")

    def prepare_typing(self, text: str) -> int:
        ready = self._keyboard.prepare(text)
        self._keyboard.release_capitals()
        return ready

    @property
    def keyboard_adapted(self) -> bool:
        return self._keyboard.adapted

    def type(self, character: str) -> None:
        self._keyboard.type(character)

    def clipboard(self) -> Lend | None:
        return lend if self._default and self._focused_class() in PASTING else None

    def restore_keyboard(self) -> None:
        self._keyboard.restore()

    def windows(self) -> frozenset[int]:
        return frozenset(each.id for each in self._root.query_tree().children if _visible(each))

    def programs_windows(self) -> list[WindowInfo]:
        return self._windows.front_first()

    def focused(self) -> int:
        focus = self._display.get_input_focus().focus
        if isinstance(focus, int):
            return self._under_pointer()
        window = focus
        with suppress(BadWindow):
            while (parent := window.query_tree().parent) and parent != self._root:
                window = parent
        return window.id

    def _focused_class(self) -> str:
        window: Any = self._display.get_input_focus().focus
        with suppress(BadWindow):
            while not isinstance(window, int) and window != self._root:
                if names := window.get_wm_class():
                    return str(names[1]).lower()
                window = window.query_tree().parent
        return ""

    def _under_pointer(self) -> int:
        """Return the window there, or 0 on the bare desktop."""
        window = self._root.query_pointer().child
        return window if isinstance(window, int) else window.id

    def close(self) -> None:
        close(self._display)

    def _button(self, number: int) -> None:
        xtest.fake_input(self._display, X.ButtonPress, number)
        xtest.fake_input(self._display, X.ButtonRelease, number)
        self._display.sync()


def _visible(window: "Window") -> bool:
    with suppress(BadWindow):
        return window.get_attributes().map_state == X.IsViewable
    return False
