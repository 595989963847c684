"""X11, by way of its XTEST extension: what it sends, no program can tell from a real device."""

from contextlib import suppress
from typing import TYPE_CHECKING

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadWindow, DisplayError
from Xlib.ext import xtest

from ..api.errors import InvalidRequest
from ..screens import Point
from .desktop import Button
from .failures import NoScreen

if TYPE_CHECKING:
    from Xlib.xobject.drawable import Window

BUTTONS: dict[Button, int] = {"left": 1, "middle": 2, "right": 3}
UP, DOWN, LEFT, RIGHT = 4, 5, 6, 7  # the wheel
GROUP = 13
"""Where the number of the active layout is among the modifiers."""
UNICODE = 0x01000000
BUTTON_PAUSE = 4
"""Milliseconds: Chromium takes two events of the same time for one, and loses a double click."""
KEYSYMS = {
    "ctrl": "Control_L",
    "ctrl_r": "Control_R",
    "alt": "Alt_L",
    "alt_r": "Alt_R",
    "alt_gr": "ISO_Level3_Shift",
    "shift": "Shift_L",
    "shift_r": "Shift_R",
    "cmd": "Super_L",
    "cmd_r": "Super_R",
    "enter": "Return",
    "esc": "Escape",
    "backspace": "BackSpace",
    "page_up": "Prior",
    "page_down": "Next",
    "print_screen": "Print",
    "space": "space",
}
CONTROLS = {"\n": "Return", "\t": "Tab"}


class X11Desktop:
    def __init__(self, display: Display | None = None) -> None:
        """Use the display, or the one that DISPLAY names."""
        try:
            self._display = display or Display()
        except DisplayError as error:
            raise NoScreen(f"There is no X server to talk to: {error}.") from error
        self._root = self._display.screen().root
        self._keys: dict[str, tuple[int, bool]] = {}
        """For a character: the key, and whether it takes Shift."""
        self._lent: list[int] = []
        self._capitals = False

    def pointer(self) -> Point:
        seen = self._root.query_pointer()
        return Point(seen.root_x, seen.root_y)

    def move(self, to: Point) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=to.x, y=to.y)
        self._display.sync()

    def click(self, button: Button, times: int) -> None:
        for _ in range(times):
            self._send(X.ButtonPress, BUTTONS[button], BUTTON_PAUSE)
            self._send(X.ButtonRelease, BUTTONS[button], BUTTON_PAUSE)

    def hold(self, button: Button, down: bool) -> None:
        self._send(X.ButtonPress if down else X.ButtonRelease, BUTTONS[button])

    def scroll(self, right: int, down: int) -> None:
        for amount, back, forth in ((right, LEFT, RIGHT), (down, UP, DOWN)):
            for _ in range(abs(amount)):
                self._button(forth if amount > 0 else back)

    def press(self, key: str, down: bool) -> None:
        code, shift = self._find(key)
        if shift:
            self.press("shift", down)
        self._key(code, down)

    def prepare_typing(self, text: str) -> int:
        """Give characters that the layout has no key for one of the keys that are not used."""
        self._keys = {}
        rows = self._mapping()
        layout = self._layout(rows)
        spare = [code for code, row in rows.items() if not any(row)]
        ready = 0
        for character in text:
            if character not in self._keys:
                keysym = _keysym(character)
                if keysym not in layout and not spare:
                    break
                key = layout.get(keysym) or (self._lend(spare.pop(), keysym), False)
                self._keys[character] = key
            ready += 1
        if not ready:
            raise InvalidRequest(f"This keyboard has no free key to type {text[0]!r} with.")
        self._capitals = bool(self._modifiers() & X.LockMask)
        self._toggle_capitals()
        self._display.sync()
        return ready

    def type(self, character: str) -> None:
        code, shift = self._keys[character]
        if shift:
            self.press("shift", True)
        self._key(code, True)
        self._key(code, False)
        if shift:
            self.press("shift", False)

    def restore_keyboard(self) -> None:
        for code in self._lent:
            self._display.change_keyboard_mapping(code, [(X.NoSymbol,)])
        self._lent = []
        self._toggle_capitals()
        self._capitals = False
        self._display.sync()

    def windows(self) -> frozenset[int]:
        return frozenset(each.id for each in self._root.query_tree().children if _visible(each))

    def focused(self) -> int:
        focus = self._display.get_input_focus().focus
        window = self._root.query_pointer().child if isinstance(focus, int) else focus
        if isinstance(window, int):
            return window  # none: the pointer is on the bare desktop
        with suppress(BadWindow):
            while (parent := window.query_tree().parent) and parent != self._root:
                window = parent
        return window.id

    def close(self) -> None:
        self._display.close()

    def _send(self, event: int, detail: int, pause: int = 0) -> None:
        """Send one event, so many milliseconds after the one before."""
        xtest.fake_input(self._display, event, detail, time=pause)
        self._display.sync()

    def _button(self, number: int) -> None:
        self._send(X.ButtonPress, number)
        self._send(X.ButtonRelease, number)

    def _key(self, code: int, down: bool) -> None:
        self._send(X.KeyPress if down else X.KeyRelease, code)

    def _find(self, key: str) -> tuple[int, bool]:
        """Return the key, of any layout as programs look at keys, and whether it takes Shift."""
        keysym = _keysym(key)
        found = [
            (row.index(keysym) % 2 == 1, code)
            for code, row in self._mapping().items()
            if keysym in row
        ]
        if not found:
            raise InvalidRequest(f"This keyboard has no key {key}.")
        shift, code = min(found)
        return code, shift

    def _lend(self, code: int, keysym: int) -> int:
        self._lent.append(code)
        self._display.change_keyboard_mapping(code, [(keysym, keysym)])
        return code

    def _toggle_capitals(self) -> None:
        if self._capitals:
            self.press("caps_lock", True)
            self.press("caps_lock", False)

    def _modifiers(self) -> int:
        return self._root.query_pointer().mask

    def _mapping(self) -> dict[int, tuple[int, ...]]:
        """Return what each key types, by layout and with Shift."""
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        rows = self._display.get_keyboard_mapping(first, count)
        return {first + number: tuple(row) for number, row in enumerate(rows)}

    def _layout(self, rows: dict[int, tuple[int, ...]]) -> dict[int, tuple[int, bool]]:
        """Return what the active layout types without and with Shift."""
        column = 2 * (self._modifiers() >> GROUP & 3)
        shifted = {row[column + 1]: (code, True) for code, row in rows.items()}
        plain = {row[column]: (code, False) for code, row in rows.items()}
        return shifted | plain


def _keysym(key: str) -> int:
    if key in CONTROLS:
        return XK.string_to_keysym(CONTROLS[key])
    if len(key) == 1:
        return ord(key) if key.isascii() or 0xA0 <= ord(key) <= 0xFF else UNICODE | ord(key)
    name = KEYSYMS.get(key) or "_".join(part.capitalize() for part in key.split("_"))
    return XK.string_to_keysym(name)


def _visible(window: "Window") -> bool:
    with suppress(BadWindow):
        return window.get_attributes().map_state == X.IsViewable
    return False
