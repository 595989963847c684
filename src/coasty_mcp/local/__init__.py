"""This computer's own screen, mouse and keyboard. Knows nothing of MCP; imported libraries late."""

from .area import Area
from .failures import NotAllowed
from .loop import Order, Outcome, automate
from .safety import Stopped
from .screen import Screen, Sight

__all__ = ["Area", "NotAllowed", "Order", "Outcome", "Screen", "Sight", "Stopped", "automate"]
