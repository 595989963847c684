"""Ways to see the screens of a computer, and the one of this one's operating system."""

import sys
from typing import TYPE_CHECKING, Protocol

from .failures import NotInstalled
from .screen_area import ScreenArea

if TYPE_CHECKING:
    from PIL.Image import Image


class ScreenCapture(Protocol):
    """A way to see, used from any thread."""

    def monitors(self) -> list[ScreenArea]:
        """Return where the monitors are, the main one first."""
        ...

    def take(self, area: ScreenArea) -> "Image":
        """Return that part in true pixels, which may be more than the pointer's units."""
        ...

    def close(self) -> None: ...


def open_capture() -> ScreenCapture:
    """Return the way to see this computer's screens."""
    try:
        if sys.platform in ("darwin", "win32"):
            from .mss_capture import MssCapture

            return MssCapture()
        from .x11_screens import X11Screens
    except ImportError as error:
        raise NotInstalled("The library that looks at this screen is not installed.") from error
    return X11Screens()
