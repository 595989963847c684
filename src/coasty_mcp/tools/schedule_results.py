"""Lines about schedules, their runs and triggers, and warnings about the machines they run on.

And about what else works on a machine that goes away.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..api.client import Coasty
from ..api.errors import CoastyError, MachineNotFound
from ..api.untrusted import named, quoted
from ..api.wire import schedules as wire
from ..api.wire.machines import Machine
from ..server.results import counted
from .list_results import with_name
from .schedule_times import times_in_words

GONE = {"terminated", "error"}
REASONS = {
    "user": "by hand",
    "one_shot_complete": "its single run is over",
    "insufficient_credits": "too few credits in the wallet",
    "max_consecutive_failures": "too many failures in a row",
}
WHILE_PAUSED = (
    "Until coasty_resume_schedule no time and no other schedule starts it, and its webhooks are "
    "refused (SCHEDULE_INACTIVE); coasty_run_schedule_now still does. What runs now goes on."
)
STAYS_PAUSED = "The schedule is paused, and stays so: coasty_resume_schedule ends that."


def summary(schedule: wire.Schedule) -> str:
    """Return the line of one schedule: its times, its next run, and how it has gone."""
    name = with_name(schedule.id, schedule.name)
    machine = f" on {named(schedule.machine_id)}" if schedule.machine_id else ""
    zone = named(schedule.timezone)
    times = f"{times_in_words(schedule)} {zone}, " if schedule.frequency else ""
    if schedule.enabled:
        state = f"next run {next_run(schedule) or 'not set'}"
    else:
        reason = schedule.paused_reason or "user"
        state = f"paused ({REASONS.get(reason) or named(reason)})"
    failures = schedule.consecutive_failures
    failing = f", {counted(failures, 'failure')} in a row" if failures else ""
    runs = (
        f", {counted(schedule.run_count, 'run')}"
        if "run_count" in schedule.model_fields_set
        else ""
    )
    return f"{name}{machine}: {times}{state}{runs}{failing}."


def next_run(schedule: wire.Schedule) -> str | None:
    """Return when it runs next: `Monday 2026-05-04 08:00 Asia/Tokyo (2026-05-03T23:00:00Z)`."""
    if not (moment := moment_of(schedule.next_run_at)):
        return schedule.next_run_at and quoted(schedule.next_run_at)
    universal = moment.astimezone(UTC)
    try:
        local = moment.astimezone(ZoneInfo(schedule.timezone))
    except (ZoneInfoNotFoundError, ValueError):  # this computer does not know the zone
        local = universal
    if local.utcoffset() == universal.utcoffset():
        return f"{universal:%A %Y-%m-%d %H:%M} UTC"
    return f"{local:%A %Y-%m-%d %H:%M} {schedule.timezone} ({universal:%Y-%m-%dT%H:%M:%SZ})"


def may_have_run(schedule: wire.Schedule) -> bool:
    """Return whether there may be runs of it: unless the API says that there were none."""
    return schedule.run_count > 0 or "run_count" not in schedule.model_fields_set


def while_paused(schedule: wire.Schedule) -> str | None:
    """Return what still starts a paused schedule; None where it is active."""
    return None if schedule.enabled else WHILE_PAUSED


def moment_of(text: str | None) -> datetime | None:
    """Return the moment that an ISO 8601 text names, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def run_line(run: wire.ScheduleRun) -> str:
    """Return the line of one run: when, how it ended, what it cost, and what it said."""
    details = [run.trigger or "trigger unknown"]
    details += [] if run.duration_seconds is None else [f"{run.duration_seconds} s"]
    details += [] if run.credits_charged is None else [counted(run.credits_charged, "credit")]
    result = run.result and str(run.result.get("summary", run.result))
    said = [quoted(words) for words in (run.error, result) if words]
    outcome = f": {' '.join(said)}" if said else ""
    return f"{run.executed_at} {run.id} {run.status} ({', '.join(details)}){outcome}".lstrip()


def trigger_line(trigger: wire.Trigger) -> str:
    """Return the line of one trigger: what fires it, and the settings that are known."""
    source = trigger.source_schedule_id and f"{trigger.event} of {trigger.source_schedule_id}"
    fired_by = trigger.webhook_url or trigger.email_address or source or "an unknown source"
    off = "" if trigger.enabled else " (off)"
    rate, output = trigger.rate_limit_per_minute, trigger.pass_output
    most = f", at most {rate} times a minute" if rate is not None else ""
    handed = "" if output is None else f", its output is {'' if output else 'not '}handed over"
    kind = named(trigger.kind)
    return f"trigger {trigger.id}{off}: {kind}, fired by {fired_by}{most}{handed}"


async def machine_warnings(api: Coasty, schedule: wire.Schedule) -> list[str]:
    """Return a warning where the schedule's machine will not be there for a run.

    The machine is looked up for it; where the key may not see it, there is no warning.
    """
    try:
        machine = (await api.machines.get(schedule.machine_id)).machine
    except MachineNotFound:
        return [f"There is no machine {schedule.machine_id}: every run will fail."]
    except CoastyError:
        return []
    return _lifetime_warnings(machine, schedule)


async def run_warnings(api: Coasty, schedule_id: str) -> list[str]:
    """Return warnings about a schedule that was just started, and about its machine."""
    try:
        schedule = await api.schedules.get(schedule_id)
    except CoastyError:
        return []
    paused = [] if schedule.enabled else [STAYS_PAUSED]
    return [*paused, *await machine_warnings(api, schedule)]


def _lifetime_warnings(machine: Machine, schedule: wire.Schedule) -> list[str]:
    if machine.status in GONE:
        return [f"Its machine {machine.id} is {machine.status}: every run will fail."]
    ends, runs = moment_of(machine.auto_destroy_at), moment_of(schedule.next_run_at)
    if not ends or not schedule.enabled:
        return []
    when = "before its next run" if runs and ends <= runs else "and runs after that will fail"
    return [
        f"Its machine {machine.id} is destroyed at {machine.auto_destroy_at}, {when}. "
        "coasty_set_machine_ttl with ttl_minutes=0 keeps it."
    ]


async def schedules_left(api: Coasty, machine_id: str, event: str) -> list[str]:
    """Return a warning with the enabled schedules of a machine that goes away.

    Where the key may not list schedules, there is no warning.
    """
    try:
        listed = (await api.schedules.list(200)).data
    except CoastyError:
        return []
    left = [each.id for each in listed if each.machine_id == machine_id and each.enabled]
    if not left:
        return []
    return [
        f"Schedules still run on it and will fail {event}: {', '.join(left)}. "
        "Pause or delete them with coasty_pause_schedule or coasty_delete_schedule."
    ]


async def runs_left(api: Coasty, machine_id: str) -> list[str]:
    """Return a warning with the runs that work, or wait for a person, on a machine that is gone.

    Where the key may not list runs, there is no warning.
    """
    from ..api.wire.run_states import FINISHED  # most servers have no runs

    try:
        listed = (await api.runs.list(200)).data
    except CoastyError:
        return []
    left = [
        f"{each.id} ({named(each.status)})"
        for each in listed
        if each.machine_id == machine_id and each.status not in FINISHED
    ]
    return [f"Runs were at work on it, and fail now: {', '.join(left)}."] if left else []
