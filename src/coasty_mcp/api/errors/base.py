"""The base classes of all errors that this package raises, and of those that the API reports."""

from collections.abc import Iterable
from typing import Any, ClassVar

DEVELOPERS = "https://coasty.ai/developers"


class CoastyError(Exception):
    """An error whose text says what happened and what to do next.

    `facts` are for programs: code, message, type, status, request_id, retryable, suggestion,
    docs_url and whatever else the API said, without nulls. The class attributes are the defaults.
    """

    code: ClassVar[str] = "UNKNOWN_ERROR"
    status: ClassVar[int | None] = None
    kind: ClassVar[str] = "client_error"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    given: frozenset[str] = frozenset()
    """The names of the arguments that the failed tool was called with."""

    def __init__(self, message: str, /, **context: Any) -> None:
        super().__init__(message)
        known = {"code": self.code, "type": self.kind, "status": self.status}
        facts = {**known, "retryable": self.retryable, **context, "message": message}
        self.facts: dict[str, Any] = {
            name: fact for name, fact in facts.items() if fact is not None
        }
        self.facts["suggestion"] = self.advise() or self.facts.get("suggestion", "")

    def advise(self) -> str:
        """Return what to do next, which wins over the API's suggestion for programmers."""
        return self.advice

    def during(self, tool: str, given: Iterable[str] = ()) -> "CoastyError":
        """Note the tool that failed and the names of its arguments, and return the error.

        Advice depends on both.
        """
        self.given = frozenset(given)
        self.facts["tool"] = tool
        self.facts["suggestion"] = self.advise() or self.facts["suggestion"]
        return self

    def __str__(self) -> str:
        request = f", request {self.facts['request_id']}" if "request_id" in self.facts else ""
        advice = f" {self.facts['suggestion']}" if self.facts["suggestion"] else ""
        return f"{self.facts['message']}{advice} ({self.facts['code']}{request})"


class ApiError(CoastyError):
    """An error that the API reports."""
