"""The result of one check of the doctor."""

from typing import Literal, NamedTuple

from ..api.errors import CoastyError
from ..api.redaction import redacted
from ..api.untrusted import visible_lines

Status = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    """What one check found. As JSON, these names are public."""

    name: str
    status: Status
    found: str
    """Without a full stop."""
    fix: str = ""
    """What to do about it, in whole sentences."""

    def printable(self) -> "Finding":
        """Return it on one line, without keys and control characters."""
        return self._replace(found=_printable(self.found), fix=_printable(self.fix))


def failed(name: str, error: CoastyError, fix: str = "") -> Finding:
    """Return the finding for an error of the API client."""
    message = str(error.facts["message"]).rstrip(".")
    return Finding(name, "fail", message, fix or str(error.facts["suggestion"]))


def _printable(text: str) -> str:
    return " ".join(visible_lines(redacted(text)).split())
