"""What the doctor says about one thing."""

from typing import Literal, NamedTuple

from ..api.errors import CoastyError
from ..api.redaction import redacted

Status = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    name: str
    status: Status
    found: str
    """Without a full stop."""
    fix: str = ""
    """What to do about it, in whole sentences."""

    def printable(self) -> "Finding":
        """In one line, without keys and control characters, whoever is quoted in it."""
        return self._replace(found=_printable(self.found), fix=_printable(self.fix))


def failure(name: str, error: CoastyError, fix: str = "") -> Finding:
    """What an error says."""
    message = str(error.facts["message"]).rstrip(".")
    return Finding(name, "fail", message, fix or str(error.facts["suggestion"]))


def _printable(text: str) -> str:
    shown = "".join(each if each.isprintable() else " " for each in redacted(text))
    return " ".join(shown.split())
