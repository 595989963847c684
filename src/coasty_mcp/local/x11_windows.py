"""The windows of an X screen, by the words that window managers understand (EWMH)."""

from contextlib import suppress
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import BadWindow
from Xlib.protocol.event import ClientMessage
from Xlib.xobject.drawable import Window as XWindow

from .window_info import WindowInfo

REMOVE, ADD = 0, 1
PAGER = 2
"""Who asks: a program by which the user arranges windows, which is never refused."""
MAXIMIZED = ("_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ")
HIDDEN = "_NET_WM_STATE_HIDDEN"
NO_TASKS = ("_NET_WM_STATE_SKIP_TASKBAR",)
X_Y_WIDTH_HEIGHT = 0b1111 << 8
"""Which of the four numbers of _NET_MOVERESIZE_WINDOW are given."""
LONGEST_TITLE = 300


class X11Windows:
    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root

    def front_first(self) -> list[WindowInfo]:
        """Return the windows of programs, without panels."""
        found: list[WindowInfo] = []
        active = next(iter(self._property(self._root, "_NET_ACTIVE_WINDOW")), 0)
        for number in reversed(self._property(self._root, "_NET_CLIENT_LIST_STACKING")):
            with suppress(BadWindow):  # it closes just now
                states = self._states(number)
                if not states.intersection(NO_TASKS):
                    found.append(self._described(number, states, active))
        return found

    def activate(self, number: int) -> None:
        self._ask(number, "_NET_ACTIVE_WINDOW", PAGER, X.CurrentTime)

    def close(self, number: int) -> None:
        self._ask(number, "_NET_CLOSE_WINDOW", X.CurrentTime, PAGER)

    def minimize(self, number: int) -> None:
        self._ask(number, "WM_CHANGE_STATE", 3)  # IconicState

    def maximize(self, number: int) -> None:
        self._set_maximized(number, ADD)

    def restore(self, number: int) -> None:
        self._set_maximized(number, REMOVE)

    def place(self, number: int, x: int, y: int, width: int, height: int) -> None:
        """Give it that frame, decorations included."""
        self._set_maximized(number, REMOVE)
        left, right, top, bottom = self._decorations(number)
        inner = (max(1, width - left - right), max(1, height - top - bottom))
        flags = X_Y_WIDTH_HEIGHT | PAGER << 12 | X.NorthWestGravity
        self._ask(number, "_NET_MOVERESIZE_WINDOW", flags, x, y, *inner)

    def _set_maximized(self, number: int, how: int) -> None:
        vertical, horizontal = (self._display.intern_atom(name) for name in MAXIMIZED)
        self._ask(number, "_NET_WM_STATE", how, vertical, horizontal, PAGER)

    def _described(self, number: int, states: set[str], active: int) -> WindowInfo:
        window = self._window(number)
        geometry = window.get_geometry()
        place = self._root.translate_coords(window, 0, 0)
        left, right, top, bottom = self._decorations(number)
        return WindowInfo(
            number,
            self._title(window),
            place.x - left,
            place.y - top,
            geometry.width + left + right,
            geometry.height + top + bottom,
            active=number == active,
            minimized=HIDDEN in states,
            maximized=states.issuperset(MAXIMIZED),
        )

    def _title(self, window: XWindow) -> str:
        for name in ("_NET_WM_NAME", "WM_NAME"):
            found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
            if found:
                value: bytes | str = found.value
                text = value if isinstance(value, str) else bytes(value).decode(errors="replace")
                return text[:LONGEST_TITLE]
        return ""

    def _states(self, number: int) -> set[str]:
        atoms = self._property(self._window(number), "_NET_WM_STATE")
        return {str(self._display.get_atom_name(atom)) for atom in atoms}

    def _decorations(self, number: int) -> tuple[int, int, int, int]:
        """Return the widths of the frame that the window manager has put around it."""
        match self._property(self._window(number), "_NET_FRAME_EXTENTS"):
            case [left, right, top, bottom]:
                return left, right, top, bottom
            case _:
                return 0, 0, 0, 0

    def _property(self, window: XWindow, name: str) -> list[int]:
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return [int(each) for each in found.value] if found and found.format == 32 else []

    def _window(self, number: int) -> XWindow:
        return self._display.create_resource_object("window", number)

    def _ask(self, number: int, message: str, *data: int) -> None:
        values: Any = (32, [*data, *[0] * (5 - len(data))])
        event = ClientMessage(
            window=number, client_type=self._display.intern_atom(message), data=values
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(event, event_mask=mask)
        self._display.sync()
