"""Why a command failed on the machine."""


class Refused(Exception):
    """Its text is a sentence for whoever sent the command."""
