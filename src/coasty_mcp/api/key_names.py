"""The names of keys: spellings of X11, of browsers and of pyautogui, as predictions write them."""

import re

SIDED = re.compile(r"(ctrl|control|alt|shift|super|meta|win|cmd|command|hyper)_?(?:l|r|left|right)")
SPELLINGS = {
    "control": "ctrl",
    "return": "enter",
    "kpenter": "enter",
    "esc": "escape",
    "back": "backspace",
    "del": "delete",
    "ins": "insert",
    "prior": "pageup",
    "pgup": "pageup",
    "next": "pagedown",
    "pgdn": "pagedown",
    "spacebar": "space",
    "isolefttab": "tab",
    "option": "alt",
    "altgr": "altright",
    "isolevel3shift": "altright",
    **dict.fromkeys(("super", "meta", "cmd", "command", "windows", "winkey"), "win"),
    **{f"arrow{name}": name for name in ("up", "down", "left", "right")},
    **{f"{pad}{digit}": str(digit) for pad in ("num", "kp", "numpad") for digit in range(10)},
    **dict.fromkeys(("print", "prtsc", "prtscr", "printscr", "sysrq"), "printscreen"),
}
"""From a name in small letters, without - and _, to the one of predictions."""


def usual_key(name: str) -> str:
    """Return the name of a key as predictions write it; one that is not known stays as it is."""
    if len(name) == 1:
        return name
    lowered = name.lower()
    sided = SIDED.fullmatch(lowered)
    plain = sided[1] if sided else re.sub("[-_ ]", "", lowered)
    return SPELLINGS.get(plain, plain if plain != lowered else name)


def chord(text: str) -> str | list[str]:
    """Return the keys of `ctrl+a`, or the one key that the text names."""
    if len(text) < 3 or "+" not in text[1:]:
        return usual_key(text)
    return [usual_key(name) for name in split_chord(text)]


def split_chord(text: str) -> list[str]:
    """Return the keys of a chord as they are written: `ctrl++` is ctrl and +."""
    if len(text) == 1:
        return [text]
    names = text.removesuffix("++").split("+")
    return [*names, "+"] if text.endswith("++") else names
