"""When a schedule is due: presets, cron expressions and single times, in its own time zone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from .validation import invalid_request

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
PRESETS = {
    "every_15_minutes": "*/15 * * * *",
    "every_30_minutes": "*/30 * * * *",
    "hourly": "0 * * * *",
    "every_6_hours": "0 */6 * * *",
    "every_12_hours": "0 */12 * * *",
    "daily": "{minute} {hour} * * *",
    "weekly": "{minute} {hour} * * {day_of_week}",
    "monthly": "{minute} {hour} {day_of_month} * *",
}


@dataclass(frozen=True)
class Timing:
    """When a schedule is due: by frequency or at a single time. What never can be is refused.

    `time` and the days fill in those presets that have room for them.
    """

    frequency: str | None = None
    cron: str | None = None
    timezone: str = "UTC"
    time: str | None = None
    day_of_week: int | None = None
    day_of_month: int | None = None
    run_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.frequency is None) == (self.run_at is None):
            raise invalid_request("Give either frequency or run_at.", "body", "frequency")
        if (self.frequency == "custom") != (self.cron is not None):
            raise invalid_request(
                "frequency custom needs cron, and nothing else takes it.", "body", "cron"
            )
        known_zone(self.timezone)
        if self.frequency:
            next_run(self.expression, self.timezone, datetime(2000, 1, 1, tzinfo=UTC))

    @property
    def name(self) -> str:
        return self.frequency or "once"

    @property
    def expression(self) -> str:
        """The timing as a cron expression; a single time has none."""
        if self.cron is not None:
            return self.cron
        if self.frequency is None:
            return ""
        hour, minute = (self.time or "09:00").split(":")
        # The API counts the days from Monday, cron counts them from Sunday.
        day_of_week = (1 + (self.day_of_week or 0)) % 7
        return PRESETS[self.frequency].format(
            hour=int(hour),
            minute=int(minute),
            day_of_week=day_of_week,
            day_of_month=self.day_of_month or 1,
        )

    def changed(self, changes: dict[str, Any]) -> "Timing":
        """Return it with these fields changed; a frequency replaces what it cannot stand beside."""
        if "frequency" in changes:
            cron = self.cron if changes["frequency"] == "custom" else None
            changes = {"run_at": None, "cron": cron, **changes}
        return replace(self, **changes)

    def next(self, after: datetime) -> datetime:
        if self.run_at:
            return self.run_at if after < self.run_at < NEVER else NEVER
        return next_run(self.expression, self.timezone, after)

    def skip_to(self, count: int, due: datetime, now: datetime) -> datetime:
        """Return the earliest of the last `count` times before now, but not before it is due."""
        if self.run_at:
            return due
        local = now.astimezone(ZoneInfo(self.timezone))
        backwards = islice(CronSim(self.expression, local, reverse=True), count)
        return min(takewhile(lambda at: at >= due, backwards), default=due).astimezone(UTC)


def next_run(cron: str, timezone: str, after: datetime) -> datetime:
    """Return the first time that comes after `after`, in UTC."""
    try:
        moments = CronSim(cron, after.astimezone(known_zone(timezone)))
        # Where a clock is set back, the library can name the first of two equal hours once more.
        return next(utc for at in moments if (utc := at.astimezone(UTC)) > after)
    except (CronSimError, StopIteration) as error:
        raise invalid_request(
            f"cron {cron!r} is never due: {error or 'no such day'}.", "body", "cron"
        ) from error


def known_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise invalid_request(
            f"timezone {name!r} is no IANA name, as Europe/Berlin.", "body", "timezone"
        ) from error
