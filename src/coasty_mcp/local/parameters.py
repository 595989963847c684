"""The parameters of an action, read from whatever a prediction or a model has written."""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any, NoReturn, cast
from unicodedata import category

from ..api.errors import InvalidRequest
from ..api.key_names import split_chord
from ..screens import Point
from .desktop import Button
from .keys import MODIFIERS, key_name

Params = Mapping[str, Any]

MOST_TYPED = 20_000
"""Characters of one text: more takes longer than a call may."""
UNTYPED = {"Cc", "Cs"}
BUTTONS: dict[object, Button] = {"left": "left", "middle": "middle", "right": "right"}


def read_point(params: Params, x: str = "x", y: str = "y") -> Point | None:
    if params.get(x) is None:
        return None
    return Point(round(_number(params[x], x)), round(_number(params[y], y)))


def require(point: Point | None, names: str) -> Point:
    return point or refuse(f"{names} are missing.")


def read_button(params: Params) -> Button:
    given = params.get("button") or "left"
    return BUTTONS.get(given) or refuse("button must be left, middle or right.")


def read_text(params: Params) -> str:
    text = params.get("text")
    if not isinstance(text, str):
        refuse("text must be text.")
    if len(text) > MOST_TYPED:
        refuse(f"text may have {MOST_TYPED} characters, not {len(text)}: type it in parts.")
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(category(each) in UNTYPED for each in plain if each not in "\n\t"):
        refuse("text has a control character in it, which no key types.")
    return plain


def read_chords(params: Params) -> list[list[str]]:
    """Return the keys that are pressed one after the other, each a list of those held together.

    Modifiers before one other key are held with it, as `["ctrl", "c"]` means it.
    """
    keys = _listed(params.get("keys") or params.get("key"))
    chords = [[key_name(key) for key in split_chord(str(key))] for key in keys]
    if all(len(chord) == 1 and chord[0] in MODIFIERS for chord in chords[:-1]):
        chords = [[key for chord in chords for key in chord]]
    return [[key.lower() for key in chord] if len(chord) > 1 else chord for chord in chords]


def read_keys(params: Params, name: str = "keys") -> list[str]:
    """Return the keys that are held together; none where none are named."""
    given = params.get(name) or params.get(name.removesuffix("s"))
    return [key_name(key).lower() for each in _listed(given) for key in split_chord(str(each))]


def read_seconds(params: Params, most: float) -> float:
    given = params.get("seconds")
    if given is None:
        given = _number(params.get("ms", 1000), "ms") / 1000
    return min(max(0.0, _number(given, "seconds")), most)


def read_whole(params: Params, names: str, least: int, most: int, default: int = 1) -> int:
    """Return the first of the parameters that is given, as the nearest whole number in bounds."""
    given = [params[name] for name in names.split() if params.get(name) is not None]
    number = _number(given[0] if given else default, names.split()[0])
    return int(max(least, min(number, most)))


def refuse(sentence: str) -> NoReturn:
    raise InvalidRequest(sentence)


def _listed(value: object) -> list[object]:
    if isinstance(value, list):
        return cast("list[object]", value)
    return [value] if isinstance(value, str) and value else []


def _number(value: object, name: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) else nan
    except (ValueError, OverflowError):
        number = nan
    return number if isfinite(number) else refuse(f"{name} must be a number.")
