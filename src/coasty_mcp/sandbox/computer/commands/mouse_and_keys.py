"""Commands for the screen, the mouse and the keyboard."""

from ..command_error import CommandError
from ..keys import MODIFIERS, is_modifier, named
from ..state import ComputerState
from .parameters import Handler, Parameters, Result

DIRECTIONS = ("up", "down", "left", "right")
SIGNED = {"vertical": ("up", "down"), "horizontal": ("right", "left")}
"""Axes, and the directions in which positive and negative clicks scroll."""
NOT_SIDEWAYS = "The sandbox does not scroll sideways: nothing in it is wider than its window."
NOTCHES = 3


def screenshot(computer: ComputerState, parameters: Parameters) -> Result:
    return {"width": computer.width, "height": computer.height}


def click(computer: ComputerState, parameters: Parameters) -> Result:
    return _click(computer, parameters, int(parameters.number("clicks", "count", default=1)))


def double_click(computer: ComputerState, parameters: Parameters) -> Result:
    return _click(computer, parameters, 2)


def _click(computer: ComputerState, parameters: Parameters, count: int) -> Result:
    x, y = parameters.point()
    if not 1 <= count <= 3:
        raise CommandError("clicks must be 1, 2 or 3.")
    held = frozenset(named(key) for key in parameters.words("modifiers", "keys", default=[]))
    if unknown := sorted(held.difference(MODIFIERS)):
        raise CommandError(f"{unknown[0]} is no key to hold: {', '.join(MODIFIERS)}.")
    computer.inputs.click(x, y, count, _button(parameters), held)
    return {"x": int(parameters.number("x")), "y": int(parameters.number("y"))}


def _button(parameters: Parameters) -> str:
    button = parameters.text("button", default="left").lower()
    if button == "middle":
        raise CommandError("The sandbox does not do anything on a middle click.")
    if button not in ("left", "right"):
        raise CommandError("button must be left or right.")
    return button


def move(computer: ComputerState, parameters: Parameters) -> Result:
    computer.inputs.move(*parameters.point())
    return {"x": int(parameters.number("x")), "y": int(parameters.number("y"))}


def type_text(computer: ComputerState, parameters: Parameters) -> Result:
    text = parameters.text("text")
    computer.inputs.type(text)
    return {"text_length": len(text)}


def key_press(computer: ComputerState, parameters: Parameters) -> Result:
    """Press keys one after the other, or together if the first is a modifier."""
    keys = parameters.words("key", "keys")
    if not keys:
        raise CommandError("key must not be empty.")
    presses = [keys] if is_modifier(keys[0]) else [[key] for key in keys]
    return {"keys": [computer.inputs.press(press) for press in presses]}


def key_combo(computer: ComputerState, parameters: Parameters) -> Result:
    return {"keys": computer.inputs.press(parameters.words("keys", "key")).split("+")}


def scroll(computer: ComputerState, parameters: Parameters) -> Result:
    """Scroll at a point; `clicks` is signed: up when positive."""
    x, y = parameters.point() if parameters.has("x", "y") else computer.desktop.pointer
    direction, notches = scrolling(parameters)
    computer.inputs.scroll(x, y, notches, direction)
    return {"direction": direction, "amount": notches, **note_on(direction)}


def note_on(direction: str) -> Result:
    """Return what is to be said of scrolling in a direction in which nothing moves."""
    return {"note": NOT_SIDEWAYS} if direction in ("left", "right") else {}


def scrolling(parameters: Parameters) -> tuple[str, float]:
    """Return the direction, and how many notches of the wheel."""
    clicks = parameters.number("clicks", default=0)
    axis = "vertical" if clicks and not parameters.has("direction") else ""
    direction = axis or parameters.text("direction").lower()
    if direction in SIGNED:
        return SIGNED[direction][clicks < 0], abs(parameters.number("clicks"))
    if direction not in DIRECTIONS:
        raise CommandError(f"direction must be one of {', '.join(DIRECTIONS)}.")
    return direction, abs(parameters.number("amount", "clicks", default=NOTCHES))


def drag(computer: ComputerState, parameters: Parameters) -> Result:
    start = parameters.point(("from_x", "x1", "start_x"), ("from_y", "y1", "start_y"))
    end = parameters.point(("to_x", "x2", "end_x"), ("to_y", "y2", "end_y"))
    return {"dragged": computer.inputs.drag(*start, *end)}


def wait(computer: ComputerState, parameters: Parameters) -> Result:
    """Let simulated time pass on the machine; nobody waits for it."""
    waited = milliseconds(parameters)
    computer.clock.spend(waited / 1000)
    computer.record(f"wait {waited / 1000:g} s")
    return {"waited_ms": waited}


def milliseconds(parameters: Parameters) -> int:
    if parameters.has("ms"):
        return int(parameters.number("ms"))
    return int(parameters.number("seconds", default=1) * 1000)


HANDLERS: dict[str, Handler] = {
    "screenshot": screenshot,
    "click": click,
    "double_click": double_click,
    "click_with_modifiers": click,
    "type": type_text,
    "key_press": key_press,
    "key_combo": key_combo,
    "scroll": scroll,
    "drag": drag,
}
ALIASES: dict[str, Handler] = {"type_text": type_text, "wait": wait, "move": move}
