"""The names of keys in instructions, as the API spells them."""

import re

from ...api.key_names import usual_key

MODIFIERS = ("ctrl", "alt", "shift", "meta")  # held down in this order
KEY = re.compile(
    r"ctrl|alt|shift|meta|backspace|delete|down|end|enter|escape|home|insert|left|pagedown|pageup"
    r"|right|space|tab|up|f\d\d?|."
)


def key_names(text: str) -> tuple[str, ...]:
    """Return `("ctrl", "l")` for `the Ctrl + L key`, nothing when the words name no keys."""
    words = re.sub(r"^the | keys?$", "", text.casefold())
    names = [_name(name) for name in re.split(r" ?\+ ?|(?<=\w)-(?=\w)", words)]
    names.sort(key=lambda name: MODIFIERS.index(name) if name in MODIFIERS else len(MODIFIERS))
    return tuple(names) if all(map(KEY.fullmatch, names)) else ()


def _name(text: str) -> str:
    name = usual_key(text)
    return "meta" if name == "win" else name
