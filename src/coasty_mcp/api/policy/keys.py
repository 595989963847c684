"""The keys that an action presses, however they are spelt."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from ..key_names import split_chord, usual_key

Keys = frozenset[str]

TYPED_KEYS = {"\n": "enter", "\r": "enter", "\t": "tab"}
PARAMETERS = ("key", "keys", "modifier", "modifiers")


def keys_of(chord: str) -> Keys:
    """Return the keys of `ctrl+W` in their usual names."""
    return frozenset(usual_key(key.strip().lower()) for key in split_chord(chord))


def presses(action: str, parameters: Mapping[str, Any]) -> list[Keys]:
    """Return the keys that are down together, for each time that the action presses any."""
    held = [_sent(str(key)) for name in PARAMETERS for key in _listed(parameters.get(name))]
    if held and action != "key_press":  # its list is of keys one after the other
        held = [Keys().union(*held)]
    text = str(parameters.get("text") or "")
    return held + [frozenset({key}) for sign, key in TYPED_KEYS.items() if sign in text]


def holds_one(pressed: Iterable[Keys], chords: Iterable[Keys]) -> bool:
    """Return whether one of the chords is pressed, alone or together with further keys."""
    known = list(chords)
    return any(chord <= keys for keys in pressed for chord in known)


def _sent(text: str) -> Keys:
    """Return the keys of a text with all that might be read as one: `ctrl-w` is ctrl and w too."""
    parts = [part for part in re.split(r"[-+\s]", text) if part]
    return keys_of(text) | {usual_key(part.lower()) for part in parts}


def _listed(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value] if value else []
