"""Parsing pyautogui source into actions, without ever running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import actions
from .actions import Action, Direction, Position
from .pyautogui_arguments import Arguments, texts

MODULES = frozenset({"pyautogui", "pag", "pg", "time"})
MAX_PRESSES = 100  # of one call: a typing error must not fill the memory
PARAMETER_NAMES = {
    "click": ("x", "y", "clicks", "interval", "button"),
    "doubleClick": ("x", "y", "interval", "button"),
    "rightClick": ("x", "y"),
    "moveTo": ("x", "y"),
    "dragTo": ("x", "y"),
    "write": ("message",),
    "typewrite": ("message",),
    "press": ("keys", "presses"),
    "hotkey": (),
    "keyDown": ("key",),
    "keyUp": ("key",),
    "scroll": ("clicks", "x", "y"),
    "hscroll": ("clicks", "x", "y"),
    "sleep": ("seconds",),
}


def parse_code(code: str) -> list[Action]:
    """Return the actions of straight-line code; statements that are no action are left out.

    Raises:
        ValueError: the code is not Python.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise ValueError(f"Line {error.lineno} of the code is not Python: {error.msg}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError("The code cannot be read as Python.") from error
    return list(_actions(tree))


def _actions(tree: ast.Module) -> Iterator[Action]:
    inputs = InputState()
    for statement in tree.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            for action in _called(inputs, statement.value):
                yield {**action, "raw_code": ast.unparse(statement)}


def _called(inputs: "InputState", call: ast.Call) -> list[Action]:
    """Return no action for an unknown call, or one whose arguments are unusable."""
    name = _name(call.func)
    try:
        return inputs.do(name, Arguments.of(call, PARAMETER_NAMES[name]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return []


def _name(function: ast.expr) -> str:
    """Return `click` for `click` and `pyautogui.click`, and nothing for `page.click`."""
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
            return name
        case _:
            return ""


@dataclass
class InputState:
    """What lasts from one call to the next: the mouse position and the keys held down."""

    at: Position | None = None
    held: list[str] = field(default_factory=list[str])

    def do(self, name: str, given: Arguments) -> list[Action]:
        match name:
            case "click" | "doubleClick" | "rightClick":
                return [self._click(name, given)]
            case "moveTo":
                return [actions.move(self._moved(given))]
            case "dragTo":
                return [self._drag(given)]
            case "write" | "typewrite":
                return [actions.type_text(given.text("message"))]
            case "press":
                return self._press(given)
            case "hotkey":
                return [actions.press(texts(given.positional))]
            case "keyDown":
                self.held.append(given.text("key"))
                return []
            case "keyUp":
                self.held.remove(given.text("key"))
                return []
            case "scroll" | "hscroll":
                return [self._scroll(name, given)]
            case _:
                return [actions.wait(given.number("seconds"))]

    def _click(self, name: str, given: Arguments) -> Action:
        button = "right" if name == "rightClick" else given.text("button", "left")
        clicks = 2 if name == "doubleClick" else given.whole("clicks", 1)
        return actions.click(self._moved(given), button, clicks)

    def _moved(self, given: Arguments) -> Position:
        """Return where the mouse goes; it stays where it is when the call does not say."""
        if self.at is None or "x" in given or "y" in given:
            self.at = given.whole("x"), given.whole("y")
        return self.at

    def _drag(self, given: Arguments) -> Action:
        if self.at is None:
            raise ValueError("nothing to drag yet")
        return actions.drag(self.at, self._moved(given))

    def _press(self, given: Arguments) -> list[Action]:
        keys = texts(given.named["keys"]) * min(given.whole("presses", 1), MAX_PRESSES)
        return [actions.press([*self.held, key]) for key in keys[:MAX_PRESSES]]

    def _scroll(self, name: str, given: Arguments) -> Action:
        clicks = given.whole("clicks")
        ways: tuple[Direction, Direction] = (
            ("down", "up") if name == "scroll" else ("left", "right")
        )
        at = self._moved(given) if self.at or "x" in given else None
        return actions.scroll(ways[clicks > 0], abs(clicks), at)
