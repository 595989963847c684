"""This computer's own screen, mouse and keyboard. Knows nothing of MCP; imported libraries late."""

from .failures import NotAllowed
from .loop import Order, Outcome, automate
from .safety import Stopped
from .screen import Screen, Sight
from .screen_area import Area

__all__ = ["Area", "NotAllowed", "Order", "Outcome", "Screen", "Sight", "Stopped", "automate"]
