"""A computer that is only drawn: desktop, browser, editor, terminal and files, in memory."""

from .commands import COMMANDS, SCOPES
from .computer import Computer
from .refused import Refused

__all__ = ["COMMANDS", "SCOPES", "Computer", "Refused"]
