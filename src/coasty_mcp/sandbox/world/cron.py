"""When a schedule is due: by a preset, by a cron expression or at a single time, in its zone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from .cron_expressions import from_preset, known_zone, next_run
from .validation import invalid_request

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


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
        return from_preset(self.frequency, self.time, self.day_of_week, self.day_of_month)

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
