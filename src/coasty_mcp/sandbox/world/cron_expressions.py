"""Cron expressions: the presets, the next time of one, and the time zones that there are."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from .validation import invalid_request

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


def from_preset(
    frequency: str, time: str | None, day_of_week: int | None, day_of_month: int | None
) -> str:
    """Return the cron expression of a preset; the time is 09:00 where it has room for one."""
    hour, minute = (time or "09:00").split(":")
    return PRESETS[frequency].format(
        hour=int(hour),
        minute=int(minute),
        day_of_week=(1 + (day_of_week or 0)) % 7,  # the API counts from Monday, cron from Sunday
        day_of_month=day_of_month or 1,
    )


def next_run(cron: str, timezone: str, after: datetime) -> datetime:
    """Return the first time that comes after `after`, in UTC."""
    try:
        moments = CronSim(cron, after.astimezone(known_zone(timezone)))
        # Where a clock is set back, the library can name the first of two equal hours once more.
        return next(utc for at in moments if (utc := at.astimezone(UTC)) > after)
    except (CronSimError, StopIteration) as error:
        raise invalid_request(
            f"cron {cron!r} is never due: {error or 'no such day'}. "
            "'0 8 * * 1-5' is: at 08:00 from Monday to Friday.",
            "body",
            "cron",
        ) from error


def known_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise invalid_request(
            f"timezone {name!r} is no IANA name, as Europe/Berlin.", "body", "timezone"
        ) from error
