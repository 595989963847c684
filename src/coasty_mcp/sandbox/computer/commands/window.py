"""Window commands; a window is named by its id, its title or a part of that."""

from collections.abc import Callable

from ..drawing.rect import Rect
from ..state import ComputerState
from ..windows import Window, Windows
from .parameters import Handler, Parameters, Result


def list_windows(computer: ComputerState, parameters: Parameters) -> Result:
    return {"windows": [_described(computer, w) for w in reversed(computer.desktop.windows.stack)]}


def close_window(computer: ComputerState, parameters: Parameters) -> Result:
    window = _wanted(computer, parameters, "close")
    computer.desktop.windows.close(window)
    return {"window_id": window.window_id, "closed": True}


def arrange_windows(computer: ComputerState, parameters: Parameters) -> Result:
    layout = parameters.text("layout", default="tile").lower()
    computer.desktop.windows.arrange(layout)
    computer.inputs.record(f"arrange windows {layout}")
    return list_windows(computer, parameters)


def move_window(computer: ComputerState, parameters: Parameters) -> Result:
    """Move a window, and resize it if a size is given."""
    x, y = parameters.number("x"), parameters.number("y")
    window = _wanted(computer, parameters, "move")
    width = parameters.number("width", default=window.frame.width * computer.scale)
    height = parameters.number("height", default=window.frame.height * computer.scale)
    frame = Rect(*(side / computer.scale for side in (x, y, width, height)))
    computer.desktop.windows.place(window, frame)
    return _described(computer, window)


def _changing(verb: str, change: Callable[[Windows, Window], None]) -> Handler:
    """Return a handler that makes one change to the window that was named."""

    def handler(computer: ComputerState, parameters: Parameters) -> Result:
        window = _wanted(computer, parameters, verb)
        change(computer.desktop.windows, window)
        return _described(computer, window)

    return handler


def _wanted(computer: ComputerState, parameters: Parameters, verb: str) -> Window:
    wanted = parameters.text("window_id", "title", "window")
    window = computer.desktop.windows.find(wanted, closing=verb == "close")
    computer.inputs.record(f"{verb} {window.app.title}")
    return window


def _described(computer: ComputerState, window: Window) -> Result:
    x, y, width, height = (round(side * computer.scale) for side in window.frame)
    return {
        "window_id": window.window_id,
        "title": window.app.title,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "active": window is computer.desktop.windows.active,
        "minimized": window.minimized,
        "maximized": window.maximized,
    }


HANDLERS: dict[str, Handler] = {
    "list_windows": list_windows,
    "switch_to_window": _changing("switch to", Windows.bring_to_front),
    "close_window": close_window,
    "minimize_window": _changing("minimize", Windows.minimize),
    "maximize_window": _changing("maximize", Windows.maximize),
    "restore_window": _changing("restore", Windows.restore),
    "arrange_windows": arrange_windows,
    "move_window": move_window,
}
