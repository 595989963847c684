"""Answers that are remembered by their idempotency key, so that a repeat does nothing twice."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import anyio

from ...api.errors import IdempotencyInFlight, IdempotencyKeyReused
from .validation import invalid_request

LIFETIME = timedelta(hours=24)
MOST = 1000  # answers may hold pictures: a sandbox that runs for long must not grow without end


class Slot(NamedTuple):
    """What an idempotency key is unique within, and the key itself."""

    api_key: str
    operation: str
    name: str


@dataclass
class Attempt:
    fingerprint: str
    expires: datetime
    status: int
    """Of the answer, when it succeeds."""
    finished: anyio.Event = field(default_factory=anyio.Event)
    body: bytes | None = None
    """The answer; None while it is worked on, and for ever if that failed."""


class IdempotencyStore:
    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._attempts: dict[Slot, Attempt] = {}

    async def once(
        self, slot: Slot, attempt: Attempt, now: datetime, work: Callable[[], Awaitable[bytes]]
    ) -> tuple[bytes, bool]:
        """Return the answer, and whether it is an earlier one. Failures are not remembered."""
        self._forget_old(now)
        while earlier := self._attempts.get(slot):
            if earlier.fingerprint != attempt.fingerprint:
                raise IdempotencyKeyReused(f"The key {slot.name} belongs to another request.")
            await self._finish(earlier)
            if earlier.body is not None:
                return earlier.body, True
        self._attempts[slot] = attempt
        try:
            attempt.body = await work()
        except BaseException:
            del self._attempts[slot]
            raise
        finally:
            attempt.finished.set()
        return attempt.body, False

    def find(self, api_key: str, name: str, now: datetime) -> Attempt | None:
        """Return the latest answer with that key, whatever the operation."""
        self._forget_old(now)
        newest_first = reversed(self._attempts.items())
        return next(
            (made for slot, made in newest_first if (slot.api_key, slot.name) == (api_key, name)),
            None,
        )

    async def _finish(self, attempt: Attempt) -> None:
        with anyio.move_on_after(self.patience):
            await attempt.finished.wait()
            return
        raise IdempotencyInFlight(
            "The first request with this key is still running.", retry_after=1
        )

    def _forget_old(self, now: datetime) -> None:
        for slot, attempt in list(self._attempts.items()):
            if attempt.expires > now and len(self._attempts) <= MOST:
                break
            if attempt.finished.is_set():
                del self._attempts[slot]


def fingerprint(raw: bytes) -> str:
    """Return a hash that is the same for bodies which differ only in their order and spacing."""
    try:
        parsed = json.loads(raw) if raw else None
    except (ValueError, RecursionError) as error:
        raise invalid_request(f"Invalid JSON: {error}", "body", kind="json_invalid") from error
    canonical = json.dumps(parsed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
