"""When schedules are due."""

from datetime import UTC, datetime, timedelta

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.sandbox.world.cron import NEVER, Timing
from coasty_mcp.sandbox.world.cron_expressions import next_run

FRIDAY = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def due(cron: str, zone: str, after: str, count: int = 3) -> list[str]:
    """The next times, on the clock of that zone's UTC."""
    times = [utc(after)]
    for _ in range(count):
        times.append(next_run(cron, zone, times[-1]))
    return [f"{time:%m-%dT%H:%M}" for time in times[1:]]


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing("every_15_minutes"), "2026-05-01T08:45"),
        (Timing("every_30_minutes"), "2026-05-01T09:00"),
        (Timing("hourly"), "2026-05-01T09:00"),
        (Timing("every_6_hours"), "2026-05-01T12:00"),
        (Timing("every_12_hours"), "2026-05-01T12:00"),
        (Timing("daily"), "2026-05-01T09:00"),
        (Timing("weekly"), "2026-05-04T09:00"),
        (Timing("monthly"), "2026-05-01T09:00"),
        (Timing("daily", time="07:05"), "2026-05-02T07:05"),
        (Timing("weekly", time="23:59", day_of_week=0), "2026-05-04T23:59"),
        (Timing("weekly", day_of_week=6), "2026-05-03T09:00"),
        (Timing("monthly", time="00:00", day_of_month=28), "2026-05-28T00:00"),
        (Timing("daily", timezone="America/New_York"), "2026-05-01T13:00"),
        (Timing("custom", cron="*/5 * * * *"), "2026-05-01T08:35"),
        (Timing("custom", cron="30 */5 * * * *"), "2026-05-01T08:30:30"),
        (Timing("custom", cron="0 9 * * MON-WED"), "2026-05-04T09:00"),
        (Timing(run_at=utc("2026-12-24T18:00")), "2026-12-24T18:00"),
    ],
    ids=repr,
)
def test_a_timing_is_due_next(timing: Timing, expected: str) -> None:
    assert timing.next(FRIDAY) == utc(expected)


def test_a_time_in_the_past_is_never_due_again() -> None:
    assert Timing(run_at=FRIDAY).next(FRIDAY) == NEVER


def test_the_next_time_is_never_the_one_it_is_asked_after() -> None:
    assert next_run("30 8 * * *", "UTC", FRIDAY) == FRIDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Europe/Berlin", "2026-03-28T00:00", ["03-28T01:30", "03-29T01:00", "03-30T00:30"]),
        ("America/New_York", "2026-03-07T00:00", ["03-07T07:30", "03-08T07:00", "03-09T06:30"]),
    ],
)
def test_a_time_that_the_clocks_leap_over_in_spring_moves_to_the_end_of_the_leap(
    zone: str, after: str, expected: list[str]
) -> None:
    assert due("30 2 * * *", zone, after) == expected


@pytest.mark.parametrize(
    ("zone", "cron", "after", "expected"),
    [
        (
            "Europe/Berlin",
            "30 2 * * *",
            "2026-10-24T00:00",
            ["10-24T00:30", "10-25T00:30", "10-26T01:30"],
        ),
        (
            "America/New_York",
            "30 1 * * *",
            "2026-10-31T00:00",
            ["10-31T05:30", "11-01T05:30", "11-02T06:30"],
        ),
    ],
)
def test_a_time_that_comes_twice_in_autumn_counts_once(
    zone: str, cron: str, after: str, expected: list[str]
) -> None:
    assert due(cron, zone, after) == expected


def test_asked_between_the_two_it_names_the_next_day() -> None:
    second_ten_past_two = "2026-10-25T01:10"
    assert due("30 2 * * *", "Europe/Berlin", second_ten_past_two, 1) == ["10-26T01:30"]


def test_every_hour_is_every_hour_when_the_clocks_change() -> None:
    assert due("0 * * * *", "Europe/Berlin", "2026-10-24T23:30", 4) == [
        "10-25T00:00",
        "10-25T01:00",
        "10-25T02:00",
        "10-25T03:00",
    ]


@pytest.mark.parametrize("cron", ["", "x", "* * * *", "60 * * * *", "0 0 30 2 *", "0 0 * * 9", "é"])
def test_a_wrong_cron_is_refused_by_name(cron: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^cron '.*' is never due: ") as refusal:
        next_run(cron, "UTC", FRIDAY)
    assert refusal.value.facts["details"][0]["loc"] == ["body", "cron"]


@pytest.mark.parametrize("zone", ["", "Mars/Base", "America", "../UTC", "/UTC", "a\0b"])
def test_an_unknown_zone_is_refused_by_name(zone: str) -> None:
    with pytest.raises(InvalidRequest, match="IANA") as refusal:
        next_run("* * * * *", zone, FRIDAY)
    assert refusal.value.facts["details"][0]["loc"] == ["body", "timezone"]


@pytest.mark.parametrize(
    ("timing", "due", "expected"),
    [
        (Timing("hourly"), "2026-05-01T01:00", "2026-05-01T06:00"),
        (Timing("hourly"), "2026-05-01T07:00", "2026-05-01T07:00"),
        (Timing("custom", cron="30 8 * * *"), "2026-05-01T08:30", "2026-05-01T08:30"),
        (Timing("custom", cron="0 0 */28 2 MON#5"), "2016-02-29T00:00", "2016-02-29T00:00"),
        (Timing(run_at=utc("2026-05-01T07:00")), "2026-05-01T07:00", "2026-05-01T07:00"),
    ],
    ids=repr,
)
def test_a_long_backlog_is_cut_to_its_last_three(timing: Timing, due: str, expected: str) -> None:
    assert timing.skip_to(3, due=utc(due), now=FRIDAY) == utc(expected)
