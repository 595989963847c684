"""Lines about this computer's screen: its monitors and its windows."""

from collections.abc import Sequence

from ..api.untrusted import quoted
from ..local import ScreenView, WindowInfo

MOST_WINDOWS = 12
LONGEST_TITLE = 80


def screen_lines(windows: Sequence[WindowInfo], view: ScreenView) -> list[str]:
    """Return the windows, what is in front first, and a line for each monitor."""
    monitors = enumerate(zip(view.monitors, view.scales, strict=True), 1)
    return _window_lines(windows) + [
        f"Monitor {number}: {round(each.width * scale)}x{round(each.height * scale)} at "
        f"({each.left}, {each.top}), scale {scale:g}"
        for number, (each, scale) in monitors
    ]


def active_line(windows: Sequence[WindowInfo]) -> list[str]:
    """Return the window that is worked in, where that is known."""
    return [f"Active window: {_titled(each)}" for each in windows if each.active]


def _window_lines(windows: Sequence[WindowInfo]) -> list[str]:
    if not windows:
        return []
    listed = ", ".join(_titled(each) + _state(each) for each in windows[:MOST_WINDOWS])
    rest = len(windows) - MOST_WINDOWS
    return [f"Windows, front first: {listed}{f' and {rest} more' if rest > 0 else ''}"]


def _titled(window: WindowInfo) -> str:
    return quoted(window.title, LONGEST_TITLE)


def _state(window: WindowInfo) -> str:
    return " (active)" if window.active else " (minimized)" if window.minimized else ""
