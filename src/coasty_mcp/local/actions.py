"""What a prediction says to do, in any of its spellings, as gestures."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn, cast
from unicodedata import category

from anyio import sleep

from ..api.commands import (
    ALIASES,
    MOUSE_AND_KEYS,
    refuse_unknown_parameters,
    usual_parameters,
)
from ..api.errors import InvalidRequest
from ..api.key_names import split_chord
from ..api.rules import unknown_name
from ..screens import Point
from ..screens.coordinates import refuse_half_points
from .desktop import Button
from .keys import MODIFIERS, key_name
from .mouse_and_keyboard import MouseAndKeyboard

Params = Mapping[str, Any]

KINDS = (
    *("click", "type_text", "key_press", "key_combo", "scroll"),
    *("drag", "move", "wait", "done", "fail", "raw"),
)
OWN_NAMES: Mapping[str, tuple[str, Params]] = {
    "type": ("type_text", {}),
    "double_click": ("click", {"clicks": 2}),
}
"""Commands of the table that are called otherwise here."""
ELSEWHERE = "click_with_modifiers"
VERDICTS = ("done", "fail")
LONGEST_WAIT = 10.0
MOST_NOTCHES = 100
MOST_CLICKS = 3
UNTYPED = {"Cc", "Cs"}
BUTTONS: dict[object, Button] = {"left": "left", "middle": "middle", "right": "right"}


def usual_action(kind: str, params: Params) -> tuple[str, dict[str, Any]]:
    """Return an action as `carry_out` takes it, in whatever usual spelling it is.

    Raises:
        InvalidRequest: there is no such action, or it would overlook a parameter.
    """
    if kind == "raw":
        return kind, {}
    name, implied = ALIASES.get(kind, (kind, {}))
    if name not in MOUSE_AND_KEYS or name == ELSEWHERE:
        raise InvalidRequest(unknown_name(kind, KINDS, "action type"))
    given = usual_parameters(name, {**implied, **params})
    refuse_unknown_parameters(name, given)
    own, more = OWN_NAMES.get(name, (name, {}))
    return own, {**given, **more}


async def carry_out(devices: MouseAndKeyboard, kind: str, params: Params) -> str:
    """Carry out the action and return in a few words what was done, never which text was typed."""
    refuse_half_points(params)
    match kind:
        case "click":
            return await _click(devices, params)
        case "move":
            at = _required(_point(params, "x", "y"), "x and y")
            await devices.move(at)
            return f"move to {_where(at)}"
        case "drag":
            return await _drag(devices, params)
        case "scroll":
            return await _scroll(devices, params)
        case "type_text":
            text = _text(params)
            await devices.type(text)
            return f"type_text of {len(text)} characters"
        case "key_press":
            chords = _chords(params)
            for chord in chords:
                await (devices.combine(chord) if len(chord) > 1 else devices.press(chord))
            return f"key_press {' '.join(map('+'.join, chords))}"
        case "key_combo":
            keys = [key.lower() for chord in _chords(params) for key in chord]
            await devices.combine(keys)
            return f"key_combo {'+'.join(keys)}"
        case "wait":
            seconds = _seconds(params)
            await sleep(seconds)
            return f"wait {seconds:g} s"
        case "done" | "fail" | "raw":
            return f"{kind}: nothing is carried out for it"
        case _:
            raise InvalidRequest(unknown_name(kind, KINDS, "action type"))


async def _click(devices: MouseAndKeyboard, params: Params) -> str:
    at, button = _required(_point(params, "x", "y"), "x and y"), _button(params)
    times = _whole(params.get("clicks"), 1, MOST_CLICKS, "clicks")
    await devices.click(at, button, times)
    kind = {1: "click", 2: "double click"}.get(times, f"{times} clicks")
    return f"{button} {kind} at {_where(at)}"


async def _drag(devices: MouseAndKeyboard, params: Params) -> str:
    start = _required(_point(params, "x1", "y1") or _point(params, "from_x", "from_y"), "x1 and y1")
    end = _required(_point(params, "x2", "y2") or _point(params, "to_x", "to_y"), "x2 and y2")
    button = _button(params)
    await devices.drag(start, end, button)
    return f"{button} drag from {_where(start)} to {_where(end)}"


async def _scroll(devices: MouseAndKeyboard, params: Params) -> str:
    """Scroll by direction and amount, or by signed clicks: up and right are positive."""
    at, direction = _point(params, "x", "y"), str(params.get("direction", "vertical"))
    given = params.get("amount") if params.get("amount") is not None else params.get("clicks")
    amount = _whole(given, -MOST_NOTCHES, MOST_NOTCHES, "amount", 3)
    right, down = {
        "up": (0, -abs(amount)),
        "down": (0, abs(amount)),
        "left": (-abs(amount), 0),
        "right": (abs(amount), 0),
        "vertical": (0, -amount),
        "horizontal": (amount, 0),
    }.get(direction) or _refuse("direction must be up, down, left or right.")
    await devices.scroll(at, right, down)
    words = "right" if right > 0 else "left" if right < 0 else "down" if down > 0 else "up"
    return f"scroll {words} by {abs(amount)} at {_where(at)}"


def _point(params: Params, x: str, y: str) -> Point | None:
    if params.get(x) is None:
        return None
    return Point(round(float(params[x])), round(float(params[y])))


def _required(point: Point | None, names: str) -> Point:
    return point or _refuse(f"{names} are missing.")


def _where(point: Point | None) -> str:
    return f"{point.x},{point.y}" if point else "the pointer"


def _button(params: Params) -> Button:
    given = params.get("button") or "left"
    return BUTTONS.get(given) or _refuse("button must be left, middle or right.")


def _text(params: Params) -> str:
    text = params.get("text")
    if not isinstance(text, str):
        _refuse("text must be text.")
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(category(each) in UNTYPED for each in plain if each not in "\n\t"):
        _refuse("text has a control character in it, which no key types.")
    return plain


def _chords(params: Params) -> list[list[str]]:
    """Return the keys that are pressed one after the other, each a list of those held together.

    Modifiers before one other key are held with it, as `["ctrl", "c"]` means it.
    """
    given = params.get("keys") or params.get("key")
    keys = [given] if isinstance(given, str) else given
    if not isinstance(keys, list) or not keys:
        _refuse("keys must be a list of key names.")
    written = [split_chord(str(key)) for key in cast("list[object]", keys)]
    chords = [[key_name(key) for key in chord] for chord in written]
    if all(len(chord) == 1 and chord[0] in MODIFIERS for chord in chords[:-1]):
        chords = [[key for chord in chords for key in chord]]
    return [[key.lower() for key in chord] if len(chord) > 1 else chord for chord in chords]


def _seconds(params: Params) -> float:
    given = params.get("seconds")
    if given is None:
        given = _number(params.get("ms", 1000), "ms") / 1000
    return min(max(0.0, _number(given, "seconds")), LONGEST_WAIT)


def _whole(value: object, least: int, most: int, name: str, default: int = 1) -> int:
    number = _number(default if value is None else value, name)
    return int(max(least, min(number, most)))


def _number(value: object, name: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) else float("nan")
    except ValueError:
        number = float("nan")
    return number if isfinite(number) else _refuse(f"{name} must be a number.")


def _refuse(sentence: str) -> NoReturn:
    raise InvalidRequest(sentence)
