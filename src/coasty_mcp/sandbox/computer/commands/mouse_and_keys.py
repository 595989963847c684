"""Looking, pointing and typing."""

from ..computer_state import Machine
from ..keys import is_modifier, named
from ..refused import Refused
from .parameters import Handler, Parameters, Result

DIRECTIONS = ("up", "down", "left", "right")
NOTCHES = 3


def screenshot(machine: Machine, given: Parameters) -> Result:
    return {"width": machine.width, "height": machine.height}


def click(machine: Machine, given: Parameters) -> Result:
    return _click(machine, given, int(given.number("clicks", "count", default=1)))


def double_click(machine: Machine, given: Parameters) -> Result:
    return _click(machine, given, 2)


def _click(machine: Machine, given: Parameters, count: int) -> Result:
    x, y = given.point()
    if not 1 <= count <= 3:
        raise Refused("clicks must be 1, 2 or 3.")
    held = frozenset(named(key) for key in given.words("modifiers", "keys", default=[]))
    machine.inputs.click(x, y, count, given.text("button", default="left").lower(), held)
    return {"x": int(given.number("x")), "y": int(given.number("y"))}


def move(machine: Machine, given: Parameters) -> Result:
    machine.inputs.move(*given.point())
    return {"x": int(given.number("x")), "y": int(given.number("y"))}


def type_text(machine: Machine, given: Parameters) -> Result:
    text = given.text("text")
    machine.inputs.type(text)
    return {"text_length": len(text)}


def key_press(machine: Machine, given: Parameters) -> Result:
    """Several keys are pressed one after the other, unless the first is one to hold."""
    keys = given.words("key", "keys")
    if not keys:
        raise Refused("key must not be empty.")
    presses = [keys] if is_modifier(keys[0]) else [[key] for key in keys]
    return {"keys": [machine.inputs.press(press) for press in presses]}


def key_combo(machine: Machine, given: Parameters) -> Result:
    return {"keys": machine.inputs.press(given.words("keys", "key")).split("+")}


def scroll(machine: Machine, given: Parameters) -> Result:
    """`clicks` is signed: up when positive."""
    x, y = given.point() if given.has("x", "y") else machine.desktop.pointer
    direction, notches = scrolling(given)
    machine.inputs.scroll(x, y, notches, direction)
    return {"direction": direction, "amount": notches}


def scrolling(given: Parameters) -> tuple[str, float]:
    """Which way, and how many notches of the wheel."""
    clicks = given.number("clicks", default=0)
    if clicks and not given.has("direction"):
        return "up" if clicks > 0 else "down", abs(clicks)
    direction = given.text("direction").lower()
    if direction not in DIRECTIONS:
        raise Refused(f"direction must be one of {', '.join(DIRECTIONS)}.")
    return direction, abs(given.number("amount", "clicks", default=NOTCHES))


def drag(machine: Machine, given: Parameters) -> Result:
    start = given.point(("from_x", "x1", "start_x"), ("from_y", "y1", "start_y"))
    end = given.point(("to_x", "x2", "end_x"), ("to_y", "y2", "end_y"))
    machine.inputs.drag(*start, *end)
    return {"dragged": True}


def wait(machine: Machine, given: Parameters) -> Result:
    """No time passes on a simulated machine."""
    return {"waited_ms": milliseconds(given)}


def milliseconds(given: Parameters) -> int:
    if given.has("ms"):
        return int(given.number("ms"))
    return int(given.number("seconds", default=1) * 1000)


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
