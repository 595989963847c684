"""What a mouse and a keyboard can be made to do at once. Gestures and patience are in `hands`."""

import os
import sys
from typing import Literal, Protocol

from ..screens import Point
from .failures import NoScreen, NotInstalled

Button = Literal["left", "middle", "right"]


class Desktop(Protocol):
    """Used from one thread. Keys are called as in `keys.NAMES`, or by the character they type."""

    def pointer(self) -> Point: ...

    def move(self, to: Point) -> None: ...

    def click(self, button: Button, times: int) -> None: ...

    def hold(self, button: Button, down: bool) -> None: ...

    def scroll(self, right: int, down: int) -> None:
        """In notches of the wheel."""
        ...

    def press(self, key: str, down: bool) -> None: ...

    def prepare(self, text: str) -> int:
        """Get ready to type; how many characters from the start can be typed now."""
        ...

    def type(self, character: str) -> None:
        """One of those that were prepared."""
        ...

    def forget(self) -> None:
        """Undo the preparations."""
        ...

    def windows(self) -> frozenset[int]:
        """All that can be seen."""
        ...

    def focused(self) -> int:
        """The window that typed text goes to."""
        ...

    def close(self) -> None: ...


def open_desktop() -> Desktop:
    """Of this computer."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise NoScreen("There is no X display here (DISPLAY is not set).")
    if os.environ.get("XDG_SESSION_TYPE") == "wayland" or os.environ.get("WAYLAND_DISPLAY"):
        raise NoScreen("This is a Wayland session, which lets no program see or control others.")
    try:
        if sys.platform in ("darwin", "win32"):
            from .pynput_desktop import PynputDesktop

            return PynputDesktop()
        from .x11_desktop import X11Desktop
    except ImportError as error:
        raise NotInstalled("The library that moves the mouse is not installed.") from error
    return X11Desktop()
