"""A simulated computer, in memory: desktop, browser, editor, terminal and files."""

from .command_error import CommandError
from .commands import COMMANDS, SCOPES
from .computer import Computer

__all__ = ["COMMANDS", "SCOPES", "CommandError", "Computer"]
