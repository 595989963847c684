"""Window commands of a real machine; a window is named by its id, its title or a part of that."""

from collections.abc import Callable
from dataclasses import asdict
from time import monotonic, sleep
from typing import Any

from ...local.window_info import WindowInfo
from ...local.x11_windows import X11Windows
from ..computer.command_error import CommandError
from ..computer.commands.parameters import Parameters
from ..computer.window_names import WindowName, window_named
from .display import Display

Result = dict[str, Any]

SETTLE_SECONDS = 1.0
POLL_SECONDS = 0.02
CASCADE = 32
"""Pixels between the windows of a cascade."""
Rectangle = tuple[int, int, int, int]


def list_windows(display: Display, parameters: Parameters) -> Result:
    return {"windows": [_described(window) for window in display.windows.front_first()]}


def close_window(display: Display, parameters: Parameters) -> Result:
    """Ask a window to close; its program may first want to know whether to save."""
    window = _wanted(display, parameters, closing=True)
    display.windows.close(window.id)
    closed = _until(lambda: _find(display, window.id) is None)
    return {"window_id": str(window.id), "closed": closed}


def move_window(display: Display, parameters: Parameters) -> Result:
    """Move a window, and resize it if a size is given."""
    window = _wanted(display, parameters)
    x, y = int(parameters.number("x")), int(parameters.number("y"))
    width = int(parameters.number("width", default=window.width))
    height = int(parameters.number("height", default=window.height))
    if not (0 < width <= display.width and 0 < height <= display.height):
        raise CommandError(f"A window is at most {display.width}x{display.height}.")
    x, y = max(40 - width, min(x, display.width - 40)), max(0, min(y, display.height - 20))
    display.windows.place(window.id, x, y, width, height)
    return _after(display, window, lambda now: (now.x, now.y) == (x, y))


def arrange_windows(display: Display, parameters: Parameters) -> Result:
    layout = parameters.text("layout", default="tile").lower()
    shown = [each for each in display.windows.front_first() if not each.minimized][::-1]
    for window, place in zip(shown, _places(layout, display, len(shown)), strict=True):
        display.windows.place(window.id, *place)
        _after(display, window, lambda now, place=place: (now.x, now.y) == place[:2])
    return list_windows(display, parameters)


def _places(layout: str, display: Display, count: int) -> list[Rectangle]:
    width, height, each = display.width, display.height, range(count)
    match layout:
        case "tile" | "grid" | "side_by_side" | "horizontal":
            return [(width * at // count, 0, width // count, height) for at in each]
        case "stack" | "vertical":
            return [(0, height * at // count, width, height // count) for at in each]
        case "cascade":
            size = (width * 6 // 10, height * 6 // 10)
            return [(40 + CASCADE * at % 300, 30 + CASCADE * at % 200, *size) for at in each]
        case _:
            raise CommandError(f"There is no layout {layout}: tile, stack or cascade.")


def _changing(
    change: Callable[[X11Windows, int], None], reached: Callable[[WindowInfo], bool]
) -> Callable[[Display, Parameters], Result]:
    """Return a handler that makes one change to the window that was named."""

    def handler(display: Display, parameters: Parameters) -> Result:
        window = _wanted(display, parameters)
        change(display.windows, window.id)
        return _after(display, window, reached)

    return handler


def _restore(windows: X11Windows, number: int) -> None:
    windows.restore(number)
    windows.activate(number)


def _maximize(windows: X11Windows, number: int) -> None:
    windows.maximize(number)
    windows.activate(number)


def _wanted(display: Display, parameters: Parameters, *, closing: bool = False) -> WindowInfo:
    wanted = parameters.text("window_id", "title", "window")
    windows = display.windows.front_first()
    names = [WindowName(str(each.id), each.title) for each in windows]
    return windows[window_named(wanted, names, closing=closing)]


def _after(display: Display, window: WindowInfo, reached: Callable[[WindowInfo], bool]) -> Result:
    """Return the window once it has changed, or as it is after a while: some refuse."""

    def has_changed() -> bool:
        now = _find(display, window.id)
        return now is None or reached(now)

    _until(has_changed)
    return _described(_find(display, window.id) or window)


def _until(reached: Callable[[], bool]) -> bool:
    deadline = monotonic() + SETTLE_SECONDS
    while not (done := reached()) and monotonic() < deadline:
        sleep(POLL_SECONDS)
    return done


def _find(display: Display, number: int) -> WindowInfo | None:
    return next((each for each in display.windows.front_first() if each.id == number), None)


def _described(window: WindowInfo) -> Result:
    return {"window_id": str(window.id), **{k: v for k, v in asdict(window).items() if k != "id"}}


HANDLERS: dict[str, Callable[[Display, Parameters], Result]] = {
    "list_windows": list_windows,
    "switch_to_window": _changing(X11Windows.activate, lambda now: now.active),
    "close_window": close_window,
    "minimize_window": _changing(X11Windows.minimize, lambda now: now.minimized),
    "maximize_window": _changing(_maximize, lambda now: now.maximized),
    "restore_window": _changing(_restore, lambda now: not now.maximized and not now.minimized),
    "arrange_windows": arrange_windows,
    "move_window": move_window,
}
