"""This computer's own screen, mouse and keyboard; their libraries are imported when first used."""

from .actions import usual_action
from .failures import NotAllowed
from .guard import Report
from .loop import AutomationOutcome, AutomationTask, automate
from .safety import StoppedByUser
from .screen import Screen, ScreenView
from .screen_area import ScreenArea
from .window_info import WindowInfo

__all__ = [
    "AutomationOutcome",
    "AutomationTask",
    "NotAllowed",
    "Report",
    "Screen",
    "ScreenArea",
    "ScreenView",
    "StoppedByUser",
    "WindowInfo",
    "automate",
    "usual_action",
]
