"""The keyboard of an X server: keys of any layout, and text in any script."""

from collections.abc import Iterable, Sequence

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from ..api.errors import InvalidRequest
from .keys import NAMES

GROUP = 13
"""Where the number of the active layout is among the modifiers."""
GROUPS = (0, 1)
"""The layouts whose plain and shifted characters have a fixed place in the rows of a mapping."""
LOCKS = {X.LockMapIndex, X.Mod2MapIndex}
"""The modifiers that stay on by themselves: Caps Lock, and Num Lock."""
UNICODE = 0x01000000
KEYSYMS = {
    "ctrl": "Control_L",
    "ctrl_r": "Control_R",
    "alt": "Alt_L",
    "alt_gr": "ISO_Level3_Shift",
    "shift": "Shift_L",
    "cmd": "Super_L",
    "cmd_r": "Super_R",
    "enter": "Return",
    "esc": "Escape",
    "backspace": "BackSpace",
    "print_screen": "Print",
    "space": "space",
}
"""Names that are not those of X with small letters."""
CONTROLS = {"\n": "Return", "\t": "Tab"}
XK.load_keysym_group("xkb")  # where ISO_Level3_Shift is

Key = tuple[int, bool]
"""A key's number, and whether it takes Shift."""
Rows = dict[int, tuple[int, ...]]
"""What each key types, by layout and with Shift."""


class X11Keyboard:
    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._keys = dict[str, Key]()
        """The keys that were prepared, by name or character."""
        self._lent = list[int]()
        self._down = set[int]()
        """The keys that we hold."""
        self._capitals = False

    @property
    def adapted(self) -> bool:
        """Whether keys have been lent to characters, of which programs have yet to learn."""
        return bool(self._lent)

    def held(self) -> list[str]:
        """Return the names of the modifiers that somebody else holds down."""
        pressed = self._pressed() - self._down
        if not pressed:
            return []
        modifiers = self._display.get_modifier_mapping()
        codes = {
            code for at, row in enumerate(modifiers) if at not in LOCKS for code in row if code
        }
        rows = self._mapping() if pressed & codes else {}
        return sorted({_name(rows[code]) for code in pressed & codes})

    def prepare(self, keys: Sequence[str]) -> int:
        """Get ready to press the keys or type the characters; return how many of them fit.

        A character that the active layout has neither plain nor with Shift is lent one of the keys
        that type nothing: with AltGr or another layout it would be another shortcut.

        Raises:
            InvalidRequest: the keyboard has no key for the first of them.
        """
        rows = self._mapping()
        spare = [code for code, row in rows.items() if not any(row)]
        characters, named = _typed_by(rows, self._active_groups()), _typed_by(rows, GROUPS)
        self._keys = {key: named[keysym_of(key)] for key in ("shift", "caps_lock")}
        ready = 0
        for key in keys:
            keysym, is_character = keysym_of(key), len(key) == 1 and key not in CONTROLS
            found = self._keys.get(key) or (characters if is_character else named).get(keysym)
            if not found and not (spare and is_character):
                break
            self._keys[key] = found or (self._lend(spare.pop(), keysym), False)
            ready += 1
        if not ready:
            raise InvalidRequest(f"This keyboard has no key {keys[0]}.")
        self._display.sync()
        return ready

    def release_capitals(self) -> None:
        """Switch Caps Lock off until `restore`."""
        self._capitals = bool(self._modifiers() & X.LockMask)
        self._toggle_capitals()

    def restore(self) -> None:
        for code in self._lent:
            self._display.change_keyboard_mapping(code, [(X.NoSymbol,)])
        self._lent = []
        self._toggle_capitals()
        self._capitals = False
        self._display.sync()

    def press(self, key: str, down: bool) -> None:
        """Press or release a key that was prepared, or any that has a name."""
        if key not in self._keys:
            self.prepare([key])
        code, shift = self._keys[key]
        if shift and down:
            self._send(self._keys["shift"][0], True)
        self._send(code, down)
        if shift and not down:
            self._send(self._keys["shift"][0], False)
        self._display.sync()

    def type(self, character: str) -> None:
        """Type a character that was prepared, without waiting until it has been."""
        code, shift = self._keys[character]
        shifts = [self._keys["shift"][0]] if shift else []
        for each in (*shifts, code):
            self._send(each, True)
        for each in (code, *shifts):
            self._send(each, False)
        self._display.flush()

    def _send(self, code: int, down: bool) -> None:
        (self._down.add if down else self._down.discard)(code)
        xtest.fake_input(self._display, X.KeyPress if down else X.KeyRelease, code)

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

    def _pressed(self) -> set[int]:
        return {
            8 * at + bit
            for at, byte in enumerate(self._display.query_keymap())
            for bit in range(8)
            if byte >> bit & 1
        }

    def _mapping(self) -> Rows:
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        rows = self._display.get_keyboard_mapping(first, count)
        return {first + number: tuple(row) for number, row in enumerate(rows)}

    def _active_groups(self) -> list[int]:
        group = self._modifiers() >> GROUP & 3
        return [group] if group in GROUPS else []


def keysym_of(key: str) -> int:
    """Return the number that X knows a key's name or a character by."""
    if key in CONTROLS:
        return XK.string_to_keysym(CONTROLS[key])
    if len(key) == 1:
        return ord(key) if key.isascii() or 0xA0 <= ord(key) <= 0xFF else UNICODE | ord(key)
    name = KEYSYMS.get(key) or "_".join(part.capitalize() for part in key.split("_"))
    return XK.string_to_keysym(name)


def _typed_by(rows: Rows, groups: Iterable[int]) -> dict[int, Key]:
    """Return what the layouts type without and with Shift; what is found first wins."""
    found: dict[int, Key] = {}
    for group in groups:
        for shift in (False, True):
            for code, row in rows.items():
                found.setdefault(row[2 * group + shift], (code, shift))
    return found


def _name(row: Sequence[int]) -> str:
    """Return the name of the key that types the row."""
    names = {keysym_of(name): name for name in NAMES}
    return next((names[keysym] for keysym in row if keysym in names), "a modifier")
