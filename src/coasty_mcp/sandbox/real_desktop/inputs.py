"""Mouse and keyboard commands of a real machine, carried out by what drives this computer's own."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ...api.errors import InvalidRequest
from ...api.key_names import split_chord
from ...local.desktop import Button
from ...local.keys import key_name
from ...local.mouse_and_keyboard import MouseAndKeyboard
from ...local.screen_area import ScreenArea
from ...screens import Point
from ..computer.command_error import CommandError
from ..computer.commands.mouse_and_keys import milliseconds, scrolling
from ..computer.commands.parameters import Parameters
from ..computer.keys import is_modifier
from .display import Display

Result = dict[str, Any]
Handler = Callable[[MouseAndKeyboard, Parameters], Coroutine[Any, Any, Result]]

MOST_TYPED = 20_000
MOST_NOTCHES = 100
LONGEST_WAIT = 30.0
BUTTONS = ("left", "middle", "right")


class NoBrake:
    """Nobody sits in front of a machine who could stop it."""

    def check(self) -> None:
        pass

    def keep_clear(self, point: Point) -> Point:
        return point


@dataclass
class Inputs:
    """The mouse and keyboard of a machine."""

    display: Display

    def run(self, parameters: Parameters) -> Result:
        """Carry out one command.

        Raises:
            CommandError: a parameter cannot be used.
        """
        screen = ScreenArea(0, 0, self.display.width, self.display.height)
        devices = MouseAndKeyboard(
            self.display.mouse_and_keyboard, NoBrake(), [screen], lambda: True
        )
        try:
            return asyncio.run(HANDLERS[parameters.command](devices, parameters))
        except InvalidRequest as error:
            raise CommandError(str(error.facts["message"])) from error


async def click(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    return await _click(devices, parameters, int(parameters.number("clicks", "count", default=1)))


async def double_click(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    return await _click(devices, parameters, 2)


async def _click(devices: MouseAndKeyboard, parameters: Parameters, count: int) -> Result:
    x, y = parameters.pixel()
    if not 1 <= count <= 3:
        raise CommandError("clicks must be 1, 2 or 3.")
    held = [key_name(key) for key in parameters.words("modifiers", "keys", default=[])]
    await devices.mouse.click(Point(x, y), _button(parameters), count, held)
    return {"x": x, "y": y}


async def move(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    x, y = parameters.pixel()
    await devices.mouse.move(Point(x, y))
    return {"x": x, "y": y}


async def type_text(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    text = parameters.text("text").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_TYPED:
        raise CommandError(f"text may have {MOST_TYPED} characters; write more with file_write.")
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise CommandError("text has a control character in it, which no key types.")
    await devices.keyboard.type(text)
    return {"text_length": len(text)}


async def key_press(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    """Press keys one after the other, or together if the first is a modifier."""
    keys = parameters.words("key", "keys")
    if not keys:
        raise CommandError("key must not be empty.")
    presses = [keys] if is_modifier(keys[0]) else [[key] for key in keys]
    pressed = [await _press(devices, each) for each in presses]
    return {"keys": ["+".join(names) for names in pressed]}


async def key_combo(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    return {"keys": await _press(devices, parameters.words("keys", "key"))}


async def _press(devices: MouseAndKeyboard, chord: list[str]) -> list[str]:
    """Press keys together, of which each may be a chord itself, as `ctrl+a` is."""
    names = [key_name(part) for key in chord for part in split_chord(key)]
    await devices.keyboard.press([[name.lower() for name in names] if names[1:] else names])
    return names


async def scroll(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    at = Point(*parameters.pixel()) if parameters.has("x", "y") else None
    direction, notches = scrolling(parameters)
    amount = min(round(notches), MOST_NOTCHES)
    sign = -1 if direction in ("up", "left") else 1
    right, down = (sign * amount, 0) if direction in ("left", "right") else (0, sign * amount)
    await devices.mouse.scroll(at, right, down)
    return {"direction": direction, "amount": amount}


async def drag(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    start = parameters.pixel(("from_x", "x1", "start_x"), ("from_y", "y1", "start_y"))
    end = parameters.pixel(("to_x", "x2", "end_x"), ("to_y", "y2", "end_y"))
    await devices.mouse.drag(Point(*start), Point(*end), _button(parameters))
    return {"from": list(start), "to": list(end)}


async def wait(devices: MouseAndKeyboard, parameters: Parameters) -> Result:
    waited = max(0, min(milliseconds(parameters), int(LONGEST_WAIT * 1000)))
    await asyncio.sleep(waited / 1000)
    return {"waited_ms": waited}


def _button(parameters: Parameters) -> Button:
    button = parameters.text("button", default="left").lower()
    if button not in BUTTONS:
        raise CommandError("button must be left, middle or right.")
    return button


HANDLERS: dict[str, Handler] = {
    "click": click,
    "double_click": double_click,
    "click_with_modifiers": click,
    "type": type_text,
    "type_text": type_text,
    "key_press": key_press,
    "key_combo": key_combo,
    "scroll": scroll,
    "drag": drag,
    "move": move,
    "wait": wait,
}
