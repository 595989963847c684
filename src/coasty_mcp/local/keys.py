"""The names of keys as pynput has them, for all the spellings that predictions use."""

from ..api.errors import InvalidRequest
from ..api.key_names import usual_key
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
SIDES = {
    **{f"{name}right": f"{name}_r" for name in ("ctrl", "alt", "shift")},
    "winright": "cmd_r",
    **dict.fromkeys(("altgraph", "isolevel3shift"), "alt_gr"),
}
"""The right ones of two keys: predictions tell some of them apart, machines do not."""
OTHERWISE = {"escape": "esc", "win": "cmd", "apps": "menu"}
"""Keys that predictions call otherwise than pynput."""
SPELLINGS = {name.replace("_", ""): name for name in NAMES} | SIDES | OTHERWISE


def key_name(written: str) -> str:
    """Return one of NAMES, or the character that a key types."""
    if len(written) == 1 and written.isprintable():
        return "space" if written == " " else written
    squeezed = written.lower().replace("_", "").replace("-", "").replace(" ", "")
    usual = usual_key(written)
    if name := SPELLINGS.get(squeezed) or SPELLINGS.get(usual):
        return name
    if len(usual) > 1:
        raise InvalidRequest(unknown_name(written, NAMES, "key"))
    return usual
