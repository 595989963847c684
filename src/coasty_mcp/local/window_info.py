"""What is known of a window."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WindowInfo:
    """One window, with its frame, in pixels of the screen."""

    id: int
    title: str
    x: int
    y: int
    width: int
    height: int
    active: bool
    minimized: bool
    maximized: bool
