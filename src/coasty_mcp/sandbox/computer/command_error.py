"""The error of a command that failed on the machine."""

from typing import Any


class CommandError(Exception):
    """A command failed; the message is a sentence for whoever sent it."""

    def __init__(self, message: str, result: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.result = result
        """What came of it before it failed, such as the output of a command line."""
