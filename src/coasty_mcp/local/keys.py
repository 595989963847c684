"""The names of keys, in all the spellings that predictions use."""

from ..api.errors import InvalidRequest
from ..api.rules import unknown_name

MODIFIERS = ("ctrl", "ctrl_r", "alt", "alt_r", "alt_gr", "shift", "shift_r", "cmd", "cmd_r")
NAMES = (
    *MODIFIERS,
    *("enter", "esc", "tab", "space", "backspace", "delete", "insert"),
    *("home", "end", "page_up", "page_down", "up", "down", "left", "right"),
    *("caps_lock", "num_lock", "scroll_lock", "print_screen", "pause", "menu"),
    *(f"f{number}" for number in range(1, 21)),
)
"""As pynput calls them. `cmd` is the key with the Windows logo, Super, or Command."""
ALIASES = {
    "return": "enter",
    "escape": "esc",
    "control": "ctrl",
    "option": "alt",
    "altgraph": "alt_gr",
    **dict.fromkeys(("win", "windows", "super", "meta", "command"), "cmd"),
    **{f"{name}left": name for name in ("ctrl", "alt", "shift")},
    **{f"{name}right": f"{name}_r" for name in ("ctrl", "alt", "shift")},
    "winleft": "cmd",
    "winright": "cmd_r",
    "spacebar": "space",
    "del": "delete",
    "ins": "insert",
    "pgup": "page_up",
    "pgdn": "page_down",
    "prtsc": "print_screen",
    "printscr": "print_screen",
    "apps": "menu",
    **{f"arrow{name}": name for name in ("up", "down", "left", "right")},
}
SPELLINGS = {name.replace("_", ""): name for name in NAMES} | ALIASES


def key_name(written: str) -> str:
    """Return one of NAMES, or the character that a key types."""
    if len(written) == 1 and written.isprintable():
        return "space" if written == " " else written
    squeezed = written.lower().replace("_", "").replace("-", "").replace(" ", "")
    if squeezed not in SPELLINGS:
        raise InvalidRequest(unknown_name(written, NAMES, "key"))
    return SPELLINGS[squeezed]
