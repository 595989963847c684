"""This computer's own screen, mouse and keyboard; their libraries are imported when first used."""

from .actions import usual_action
from .failures import NotAllowed
from .loop import AutomationOutcome, AutomationTask, automate
from .safety import StoppedByUser
from .screen import Screen, ScreenView
from .screen_area import ScreenArea

__all__ = [
    "AutomationOutcome",
    "AutomationTask",
    "NotAllowed",
    "Screen",
    "ScreenArea",
    "ScreenView",
    "StoppedByUser",
    "automate",
    "usual_action",
]
