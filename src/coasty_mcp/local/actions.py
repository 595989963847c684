"""What a prediction says to do, in any of its spellings, as gestures."""

from typing import Any

from anyio import sleep

from ..api.commands import (
    ALIASES,
    THIS_COMPUTER,
    refuse_unusable_parameters,
    usual_parameters,
)
from ..api.errors import InvalidRequest
from ..api.rules import unknown_name
from ..screens import Point
from ..screens.coordinates import refuse_half_points
from .mouse_and_keyboard import MouseAndKeyboard
from .parameters import (
    Params,
    read_button,
    read_chords,
    read_keys,
    read_point,
    read_seconds,
    read_text,
    read_whole,
    refuse,
    require,
)

OWN_NAMES: dict[str, tuple[str, Params]] = {
    "type": ("type_text", {}),
    "double_click": ("click", {"clicks": 2}),
    "click_with_modifiers": ("click", {}),
}
"""Commands of the table that are called otherwise here."""
VERDICTS = ("done", "fail")
LONGEST_WAIT = 10.0
MOST_NOTCHES = 100
MOST_CLICKS = 3
MOST_PRESSES = 100


def usual_action(kind: str, params: Params) -> tuple[str, dict[str, Any]]:
    """Return an action as `carry_out` takes it, in whatever usual spelling it is.

    Raises:
        InvalidRequest: there is no such action, or it lacks or would overlook a parameter.
    """
    if kind == "raw":
        return kind, {}
    name, implied = ALIASES.get(kind, (kind, {}))
    if name not in THIS_COMPUTER:
        raise InvalidRequest(unknown_name(kind, THIS_COMPUTER, "action type"))
    given = usual_parameters(name, {**implied, **params}, THIS_COMPUTER)
    refuse_unusable_parameters(name, given, THIS_COMPUTER)
    own, more = OWN_NAMES.get(name, (name, {}))
    return own, {**given, **more}


async def carry_out(devices: MouseAndKeyboard, kind: str, params: Params) -> str:
    """Carry out the action and return in a few words what was done, never which text was typed."""
    refuse_half_points(params)
    match kind:
        case "click":
            return await _click(devices, params)
        case "move":
            at = require(read_point(params), "x and y")
            await devices.mouse.move(at)
            return f"move to {_where(at)}"
        case "drag":
            return await _drag(devices, params)
        case "scroll":
            return await _scroll(devices, params)
        case "type_text":
            text = read_text(params)
            await devices.keyboard.type(text)
            return f"type_text of {len(text)} characters"
        case "key_press" | "key_combo":
            return await _press(devices, kind, params)
        case "key_down" | "key_up":
            return await _hold(devices, kind, params)
        case "wait":
            seconds = read_seconds(params, LONGEST_WAIT)
            await sleep(seconds)
            return f"wait {seconds:g} s"
        case "done" | "fail" | "raw":
            return f"{kind}: nothing is carried out for it"
        case _:
            raise InvalidRequest(unknown_name(kind, THIS_COMPUTER, "action type"))


async def _click(devices: MouseAndKeyboard, params: Params) -> str:
    at, button = require(read_point(params), "x and y"), read_button(params)
    times, held = read_whole(params, "clicks", 1, MOST_CLICKS), read_keys(params, "modifiers")
    await devices.mouse.click(at, button, times, held)
    kind = {1: "click", 2: "double click"}.get(times, f"{times} clicks")
    return f"{'+'.join([*held, button])} {kind} at {_where(at)}"


async def _drag(devices: MouseAndKeyboard, params: Params) -> str:
    start = read_point(params, "x1", "y1") or read_point(params, "from_x", "from_y")
    end = read_point(params, "x2", "y2") or read_point(params, "to_x", "to_y")
    ends, button = (require(start, "x1 and y1"), require(end, "x2 and y2")), read_button(params)
    await devices.mouse.drag(*ends, button)
    return f"{button} drag from {_where(start)} to {_where(end)}"


async def _scroll(devices: MouseAndKeyboard, params: Params) -> str:
    """Scroll by direction and amount, or by signed clicks: up and right are positive."""
    at, direction = read_point(params), str(params.get("direction", "vertical"))
    amount = read_whole(params, "amount clicks", -MOST_NOTCHES, MOST_NOTCHES, 3)
    right, down = {
        "up": (0, -abs(amount)),
        "down": (0, abs(amount)),
        "left": (-abs(amount), 0),
        "right": (abs(amount), 0),
        "vertical": (0, -amount),
        "horizontal": (amount, 0),
    }.get(direction) or refuse("direction must be up, down, left or right.")
    await devices.mouse.scroll(at, right, down)
    words = "right" if right > 0 else "left" if right < 0 else "down" if down > 0 else "up"
    return f"scroll {words} by {abs(amount)} at {_where(at)}"


async def _press(devices: MouseAndKeyboard, kind: str, params: Params) -> str:
    chords = read_chords(params) if kind == "key_press" else [read_keys(params)]
    if not chords[0]:
        refuse("keys must be a list of key names.")
    times = read_whole(params, "repeat", 1, MOST_PRESSES)
    await devices.keyboard.press(chords, times)
    again = f" {times} times" if times > 1 else ""
    return f"{kind} {' '.join(map('+'.join, chords))}{again}"


async def _hold(devices: MouseAndKeyboard, kind: str, params: Params) -> str:
    keys = read_keys(params) or refuse("key must be the name of a key.")
    if kind == "key_up":
        devices.keyboard.let_go(keys)
        return f"key_up {'+'.join(keys)}"
    await devices.keyboard.hold_down(keys)
    return f"key_down {'+'.join(keys)}, until key_up or the end of this call"


def _where(point: Point | None) -> str:
    return f"{point.x},{point.y}" if point else "the pointer"
