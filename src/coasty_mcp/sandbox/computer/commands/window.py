"""Windows, by their id or a part of their title."""

from collections.abc import Callable

from ..computer_state import Machine
from ..rect import Rect
from ..windows import Window, Windows
from .parameters import Handler, Parameters, Result


def list_windows(machine: Machine, given: Parameters) -> Result:
    return {"windows": [_described(machine, w) for w in reversed(machine.desktop.windows.stack)]}


def close_window(machine: Machine, given: Parameters) -> Result:
    window = _wanted(machine, given, "close")
    machine.desktop.windows.close(window)
    return {"window_id": window.window_id, "closed": True}


def arrange_windows(machine: Machine, given: Parameters) -> Result:
    layout = given.text("layout", default="tile").lower()
    machine.desktop.windows.arrange(layout)
    machine.inputs.note(f"arrange windows {layout}")
    return list_windows(machine, given)


def move_window(machine: Machine, given: Parameters) -> Result:
    """Its size stays as it is where none is given."""
    x, y = given.number("x"), given.number("y")
    window = _wanted(machine, given, "move")
    width = given.number("width", default=window.frame.width * machine.scale)
    height = given.number("height", default=window.frame.height * machine.scale)
    frame = Rect(*(side / machine.scale for side in (x, y, width, height)))
    machine.desktop.windows.place(window, frame)
    return _described(machine, window)


def _changing(verb: str, change: Callable[[Windows, Window], None]) -> Handler:
    """A handler that does just this to the window that was named."""

    def handler(machine: Machine, given: Parameters) -> Result:
        window = _wanted(machine, given, verb)
        change(machine.desktop.windows, window)
        return _described(machine, window)

    return handler


def _wanted(machine: Machine, given: Parameters, verb: str) -> Window:
    window = machine.desktop.windows.find(given.text("title", "window_id", "window"))
    machine.inputs.note(f"{verb} {window.app.title}")
    return window


def _described(machine: Machine, window: Window) -> Result:
    x, y, width, height = (round(side * machine.scale) for side in window.frame)
    return {
        "window_id": window.window_id,
        "title": window.app.title,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "active": window is machine.desktop.windows.active,
        "minimized": window.minimized,
        "maximized": window.maximized,
    }


HANDLERS: dict[str, Handler] = {
    "list_windows": list_windows,
    "switch_to_window": _changing("switch to", Windows.raise_),
    "close_window": close_window,
    "minimize_window": _changing("minimize", Windows.minimize),
    "maximize_window": _changing("maximize", Windows.maximize),
    "restore_window": _changing("restore", Windows.restore),
    "arrange_windows": arrange_windows,
    "move_window": move_window,
}
