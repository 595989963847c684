"""What is wrong with a configuration of a host, in a sentence."""

from ..api.untrusted import HIDDEN, quoted, valid

LONGEST_PATH = 4096
LONGEST_REASON = 200


class HostConfigError(Exception):
    """Why a configuration cannot be read or changed, and what to do, for the person."""


class InvalidDocument(Exception):
    """A document that cannot be parsed, or not be edited safely: why, and in which line."""

    def __init__(self, why: str, line: int | None = None) -> None:
        reason = shown(why[:LONGEST_REASON])  # parsers quote the document
        super().__init__(f"line {line}: {reason}" if line else reason)


def shown(words: object) -> str:
    """Return a path, or what a file says, on one line: quoted where anything in it hides."""
    text = valid(str(words))
    return quoted(text, LONGEST_PATH) if HIDDEN.search(text) else text
