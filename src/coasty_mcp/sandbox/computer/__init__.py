"""A computer that is only drawn: desktop, browser, editor, terminal and files, in memory."""

from .command_error import CommandError
from .commands import COMMANDS, SCOPES
from .computer import Computer

__all__ = ["COMMANDS", "SCOPES", "CommandError", "Computer"]
