"""The names of keys, and chords of them: `ctrl+a`."""

from .command_error import CommandError

MODIFIERS = ("ctrl", "alt", "shift", "meta")
SYNONYMS = {
    "return": "enter",
    "control": "ctrl",
    "cmd": "meta",
    "command": "meta",
    "super": "meta",
    "win": "meta",
    "windows": "meta",
    "option": "alt",
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "page_down": "pagedown",
    "page_up": "pageup",
    "arrowleft": "left",
    "arrowright": "right",
    "arrowup": "up",
    "arrowdown": "down",
    " ": "space",
}
NAMED = {
    *("enter", "tab", "backspace", "delete", "escape", "insert", "space"),
    *("left", "right", "up", "down", "home", "end", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 13)),
}


def named(key: str) -> str:
    """Return the canonical name of a key; letters keep their case."""
    return SYNONYMS.get(key.lower(), key if len(key) == 1 else key.lower())


def is_modifier(key: str) -> bool:
    return named(key) in MODIFIERS


def chord_of(keys: list[str]) -> str:
    """Return the chord in canonical form: `["Control", "A"]` and `["ctrl+a"]` are `ctrl+a`.

    Raises:
        CommandError: a key is unknown, or there is more than one besides modifiers.
    """
    parts = [part for key in keys for part in (key.split("+") if len(key) > 1 else [key])]
    names = [named(part) for part in parts]
    held = [name for name in MODIFIERS if name in names]
    pressed = [name for name in names if name not in MODIFIERS]
    for name in pressed:
        if len(name) != 1 and name not in NAMED:
            raise CommandError(f"There is no key called {name}.")
    if len(pressed) > 1:
        raise CommandError(f"{'+'.join(names)} is more than one key; press them one by one.")
    return "+".join([*held, *(name.lower() if held else name for name in pressed)])
