"""The error of a command that failed on the machine."""


class CommandError(Exception):
    """A command failed; the message is a sentence for whoever sent it."""
