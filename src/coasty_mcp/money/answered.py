"""Requests that were answered under an idempotency key: the same one once more costs nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from ..api.client.spending import ApiRequest

REPLAYED_FOR = timedelta(hours=23)
"""The API remembers an idempotency key for 24 hours."""


class AnsweredRequests:
    """Those of the last day, by what makes two of them the same to the API."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._times: dict[str, datetime] = {}

    def add(self, request: ApiRequest) -> None:
        """Remember a request that was answered, if it has an idempotency key."""
        if request.key:
            self._times[_identity(request)] = self._now()

    def holds(self, request: ApiRequest) -> bool:
        """Return whether the API answers the request with what it answered before."""
        if not request.key:
            return False
        remembered = self._now() - REPLAYED_FOR
        self._times = {name: at for name, at in self._times.items() if at > remembered}
        return _identity(request) in self._times


def _identity(request: ApiRequest) -> str:
    body = request.body.model_dump_json() if request.body else ""
    return f"{request.method} {request.path} {request.key} {sha256(body.encode()).hexdigest()}"
