"""The connection to the API: name resolution, speed and clocks."""

import time
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from ..api.client import Coasty
from ..api.errors import CoastyError, UnexpectedReply, Unreachable
from ..settings import Settings
from .connection_causes import SET_THE_CLOCK, fix_of
from .finding import Finding, failed
from .proxy import without_credentials

SLOW_ANSWER = 2000  # milliseconds
GREATEST_DRIFT = 60  # seconds


async def check_connection(
    http: httpx2.AsyncClient, api: Coasty, settings: Settings
) -> AsyncGenerator[Finding]:
    """Say whether the API answers, how fast, and whether its clock agrees with ours."""
    dates: list[str] = []

    async def note_date(response: httpx2.Response) -> None:
        dates.append(response.headers.get("Date", ""))

    http.event_hooks = {"response": [note_date]}
    started = time.perf_counter()
    try:
        await api.account.get_health()
    except CoastyError as error:
        if isinstance(error, Unreachable | UnexpectedReply) or error.facts["status"] >= 500:
            yield failed("api", error, fix_of(error, settings))
            return
    took = round((time.perf_counter() - started) * 1000)
    address = without_credentials(settings.base_url)
    where = "the sandbox in this process" if settings.sandbox else address
    is_slow = took >= SLOW_ANSWER
    fix = "Screenshots will be slow: try a nearer or faster connection." if is_slow else ""
    yield Finding("api", "warn" if is_slow else "ok", f"{where} answers in {took} ms", fix)
    for drift in _drifts(dates):
        fix = SET_THE_CLOCK if abs(drift) > GREATEST_DRIFT else ""
        found = f"{abs(drift):.0f} s {'behind' if drift > 0 else 'ahead of'} the API's"
        yield Finding("clock", "warn" if fix else "ok", found, fix)


def _drifts(dates: list[str]) -> Iterator[float]:
    """Yield the seconds by which our clock is behind each `Date` header that can be read."""
    for date in dates:
        try:
            yield (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            continue
