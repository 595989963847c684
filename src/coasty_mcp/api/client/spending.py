"""The interface of whatever limits spending. The client itself knows no prices."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..wire.base import Reply, Request

if TYPE_CHECKING:  # most servers offer no workflows
    from ..wire.workflows import StartWorkflowRun

Settle = Callable[[Reply], None]
Lookup = tuple[str, type[Reply]]
"""The path of a free read, and the model of its reply."""


@dataclass(frozen=True)
class ApiRequest:
    """One request, before it is sent."""

    method: str
    path: str
    body: Request | None = None
    max_credits: int | None = None
    """What the caller is willing to pay for it; None for whatever it costs."""
    key: str | None = None
    """The idempotency key, which makes repeating it safe."""

    @property
    def segments(self) -> list[str]:
        """The parts of the path."""
        return self.path.strip("/").split("/")


class SpendGuard(Protocol):
    """Asked before each request is sent, and told of each reply."""

    def paying(self, request: ApiRequest) -> AbstractContextManager[Settle]:
        """Set the price of a request aside until its reply is handed to the yielded function.

        Raises:
            SpendLimit: The request could cost more than may be spent; it must not be sent.
        """
        ...

    def lookup(self, request: ApiRequest) -> Lookup | None:
        """Return the read that has to come first, for the request to be priced by its reply."""
        ...

    def bounded(self, run: StartWorkflowRun, max_credits: int | None) -> StartWorkflowRun:
        """Return the run with its budget lowered to what may be spent."""
        ...


class NoGuard:
    """A SpendGuard that lets everything pass."""

    @contextmanager
    def paying(self, request: ApiRequest) -> Generator[Settle]:
        yield lambda reply: None

    def lookup(self, request: ApiRequest) -> Lookup | None:
        return None

    def bounded(self, run: StartWorkflowRun, max_credits: int | None) -> StartWorkflowRun:
        return run
