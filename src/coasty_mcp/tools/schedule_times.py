"""When a schedule runs, as a model says it, and as the API takes it."""

import re
from datetime import datetime
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field

from ..api.errors import InvalidRequest
from ..api.wire import schedules as wire
from ..api.wire.base import in_words

WORKDAYS = {"weekday", "every weekday", "every_weekday", "workdays", "mon-fri", "monday to friday"}
USUAL_TIME = "09:00"
"""When the API runs what is daily and has no time."""
CRON_OF_WEEKDAYS = re.compile(r"([0-9]{1,2}) ([0-9]{1,2}) \* \* (?:1-5|MON-FRI)", re.IGNORECASE)

Frequency = Annotated[
    Literal[
        "every_15_minutes",
        "every_30_minutes",
        "hourly",
        "every_6_hours",
        "every_12_hours",
        "daily",
        "weekdays",
        "weekly",
        "monthly",
        "custom",
    ],
    BeforeValidator(lambda given: "weekdays" if str(given).strip().lower() in WORKDAYS else given),
    Field(
        description="custom needs cron.",
        json_schema_extra=in_words(
            "one of every_15_minutes, every_30_minutes, hourly, every_6_hours, every_12_hours, "
            "daily, weekdays, weekly, monthly, custom; for other times leave it out and give cron, "
            "and for a single run run_at alone",
            "daily",
        ),
    ),
]


class Times(NamedTuple):
    """The fields of a request that say when."""

    frequency: wire.Frequency | None
    cron: str | None
    time: str | None


def as_api_takes(frequency: Frequency | None, cron: str | None, time: str | None) -> Times:
    """Return the same times without `weekdays`, which to the API is a cron.

    Raises:
        InvalidRequest: they contradict each other.
    """
    if frequency == "weekdays":
        if cron:
            raise InvalidRequest("Give frequency weekdays or cron, not both.")
        return Times("custom", cron_of_weekdays(time or USUAL_TIME), None)
    if frequency == "custom" and not cron:
        raise InvalidRequest("cron is missing: frequency custom needs it.")
    return Times(frequency or ("custom" if cron else None), cron, time)


def with_other_time(schedule: wire.Schedule, time: str) -> Times:
    """Return what moves a schedule to another time of day.

    Raises:
        InvalidRequest: its cron is of another form, and the API would overlook the time.
    """
    if schedule.frequency != "custom":
        return Times(None, None, time)
    if CRON_OF_WEEKDAYS.fullmatch(schedule.cron):
        return Times("custom", cron_of_weekdays(time), None)
    raise InvalidRequest(
        f'Its times are the cron "{schedule.cron}", which a time does not change: give cron.'
    )


def cron_of_weekdays(time: str) -> str:
    """Return `30 8 * * 1-5` for 08:30."""
    hour, _, minute = time.partition(":")
    return f"{int(minute)} {int(hour)} * * 1-5"


def times_in_words(schedule: wire.Schedule) -> str:
    """Return `weekdays [30 8 * * 1-5]`."""
    weekdays = schedule.frequency == "custom" and CRON_OF_WEEKDAYS.fullmatch(schedule.cron)
    cron = f" [{schedule.cron}]" if schedule.cron else ""
    return f"{'weekdays' if weekdays else schedule.frequency}{cron}"


def in_zone(run_at: datetime, timezone: str | None) -> datetime:
    """Return the moment, taking a time without an offset as one in the time zone.

    Raises:
        InvalidRequest: there is neither an offset nor a time zone that this computer knows.
    """
    if run_at.tzinfo:
        return run_at
    try:
        return run_at.replace(tzinfo=ZoneInfo(timezone or ""))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidRequest(
            f"run_at has no offset: give it with one, as {run_at.isoformat()}+01:00, or give its "
            "timezone as an IANA name, like Europe/Berlin."
        ) from error
