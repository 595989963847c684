"""Chooses the desktop of this computer's operating system. The libraries are imported late."""

import os
import sys

from .desktop import Desktop
from .failures import NoScreen, NotInstalled


def open_desktop() -> Desktop:
    """Return the desktop of this computer."""
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
