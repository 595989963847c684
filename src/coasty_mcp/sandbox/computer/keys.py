"""The names of keys, and chords of them: `ctrl+a`."""

from ...api.key_names import usual_key
from .command_error import CommandError

MODIFIERS = ("ctrl", "alt", "shift", "meta")
SYNONYMS = {"win": "meta", "hyper": "meta", "altright": "alt", "altleft": "alt", " ": "space"}
SIGNS = {
    **{"minus": "-", "subtract": "-", "plus": "+", "add": "+", "comma": ",", "period": "."},
    **{"decimal": ".", "slash": "/", "divide": "/", "asterisk": "*", "multiply": "*"},
    **{"backslash": "\\", "semicolon": ";", "colon": ":", "apostrophe": "'", "quotedbl": '"'},
    **{"bracketleft": "[", "bracketright": "]", "braceleft": "{", "braceright": "}"},
    **{"parenleft": "(", "parenright": ")", "grave": "`", "asciitilde": "~", "equal": "="},
    **{"underscore": "_", "exclam": "!", "at": "@", "numbersign": "#", "dollar": "$"},
    **{"percent": "%", "asciicircum": "^", "ampersand": "&", "question": "?", "bar": "|"},
    **{"less": "<", "greater": ">"},
}
"""Signs by their names in X11 and pyautogui; a prefix of the number pad is ignored."""
NAMED = {
    *("enter", "tab", "backspace", "delete", "escape", "insert", "space", "printscreen", "pause"),
    *("left", "right", "up", "down", "home", "end", "pageup", "pagedown", "menu", "apps"),
    *("capslock", "numlock", "scrolllock", *(f"f{number}" for number in range(1, 25))),
    *("volumeup", "volumedown", "volumemute", "playpause", "nexttrack", "prevtrack"),
}


def named(key: str) -> str:
    """Return the canonical name of a key; letters keep their case."""
    name = usual_key(key)
    name = name if len(name) == 1 else name.lower()
    sign = SIGNS.get(name.removeprefix("kp").lstrip("_"), name)
    return SYNONYMS.get(sign, sign)


def is_modifier(key: str) -> bool:
    return named(key) in MODIFIERS


def chord_of(keys: list[str]) -> str:
    """Return the chord in canonical form: `["Control", "A"]` and `["ctrl+a"]` are `ctrl+a`.

    Raises:
        CommandError: a key is unknown, or there is more than one besides modifiers.
    """
    names = [named(part) for key in keys for part in _parts(key)]
    held = [name for name in MODIFIERS if name in names]
    pressed = [name for name in names if name not in MODIFIERS]
    for name in pressed:
        if len(name) != 1 and name not in NAMED:
            raise CommandError(
                f"There is no key called {name}. There are letters, digits and signs, "
                f"{', '.join(MODIFIERS)}, {', '.join(sorted(NAMED))}."
            )
    if len(pressed) > 1:
        raise CommandError(f"{'+'.join(names)} is more than one key; press them one by one.")
    return "+".join([*held, *(name.lower() if held else name for name in pressed)])


def _parts(key: str) -> list[str]:
    """Return the keys of `ctrl+a`; in `ctrl++` the last one is the plus itself."""
    if len(key) < 2:
        return [key]
    first = key.removesuffix("+")
    return [part for part in first.split("+") if part] + ["+"] * (first != key)
