"""Why a command failed on the computer."""


class CommandError(Exception):
    """Its text is a sentence for whoever sent the command."""
