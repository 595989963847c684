"""Tools for schedules: agents that do a task on a machine by the clock."""

from typing import Annotated

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.rules import HIDDEN
from ..api.untrusted import quoted
from ..api.wire import schedules as wire
from ..api.wire.base import IdempotencyKey, Limit, Metadata
from ..server.consequences import changed_schedule, irreversible, scheduled_agent
from ..server.context import Api
from ..server.effects import ACTS, AWAKENS, DESTROYS, READS, REWRITES, SPENDS, SWITCHES
from ..server.results import TextResult, call_text, text_result
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .catalog import schedules
from .list_results import list_result
from .schedule_replies import ScheduleReply, ScheduleWithTriggers, schedule_result
from .schedule_results import (
    machine_warnings,
    may_have_run,
    next_run,
    run_line,
    run_warnings,
    summary,
    trigger_line,
    while_paused,
)
from .schedule_times import USUAL_TIME, Frequency, as_api_takes, in_zone, with_other_time

Enabled = Annotated[bool, Field(description="Whether it runs.")]
UnchangeableRunAt = Annotated[str, Field(json_schema_extra={HIDDEN: True})]
FirstTime = Annotated[
    wire.TimeOfDay, Field(description=f"HH:MM, for daily and rarer; else {USUAL_TIME}.")
]
CANNOT_MOVE = (
    "The time of a single run cannot be changed. Create a new schedule with run_at "
    "(coasty_create_schedule), then delete this one (coasty_delete_schedule): its triggers and the "
    "list of its runs are lost."
)
LEFT_BEHIND = (
    "What a run left on the screen: coasty_take_machine_screenshot of the schedule's machine."
)
NO_TIMEZONE = "No timezone was given: its times are in UTC."


@schedules.tool("List schedules", READS)
async def coasty_list_schedules(api: Api, limit: Limit = 50) -> TextResult[wire.ScheduleList]:
    """List your schedules, newest first: id, times, whether active or paused, next run."""
    listed = await api.schedules.list(limit)
    for schedule in listed.data:
        schedule.fill(next_run=next_run(schedule))
    return list_result(
        listed,
        listed.data,
        summary,
        "There are no schedules.",
        rest="coasty_get_schedule tells all of one.",
        more=listed.has_more,
    )


@schedules.tool("Get a schedule", READS)
async def coasty_get_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[ScheduleWithTriggers]:
    """Get one schedule: active or paused and why, its task, its next run, and its triggers."""
    schedule = await api.schedules.get(schedule_id)
    list_runs = call_text(coasty_list_schedule_runs, schedule_id=schedule_id)
    triggers = (await api.schedules.list_triggers(schedule_id)).data
    answer = ScheduleWithTriggers(
        **schedule.model_dump(exclude_unset=True),
        next_run=next_run(schedule),
        while_paused=while_paused(schedule),
        triggers=triggers,
    )
    answer.attach(schedule.receipt)
    return text_result(
        answer,
        summary(schedule),
        *filter(None, [answer.while_paused]),
        f"Task: {quoted(schedule.task_prompt, 8000)}",
        *(trigger_line(trigger) for trigger in triggers),
        warnings=await machine_warnings(api, schedule),
        next_call=list_runs if may_have_run(schedule) else "",
    )


@schedules.tool("List a schedule's runs", READS)
async def coasty_list_schedule_runs(
    api: Api,
    schedule_id: wire.ScheduleId,
    status: wire.RunStatus | None = None,
    limit: Limit = 50,
    cursor: wire.Cursor | None = None,
) -> TextResult[wire.ScheduleRunList]:
    """List what a schedule did, newest first, with the error of each run that failed."""
    listed = await api.schedules.list_runs(schedule_id, limit, status, cursor)
    more = listed.next_cursor and call_text(
        coasty_list_schedule_runs, schedule_id=schedule_id, status=status, cursor=listed.next_cursor
    )
    return list_result(
        listed,
        listed.data,
        run_line,
        "There are no such runs.",
        rest="A smaller limit tells all of each.",
        hint=LEFT_BEHIND if listed.data else "",
        next_call=more or "",
        untrusted="error, result",
    )


@schedules.tool("Create a schedule", SPENDS, asks=scheduled_agent, costs=("a scheduled run",))
async def coasty_create_schedule(
    api: Api,
    name: wire.Name,
    machine_id: wire.ScheduledMachine,
    task_prompt: wire.TaskPrompt,
    frequency: Frequency | None = None,
    cron: wire.Cron | None = None,
    timezone: wire.Timezone | None = None,
    time: FirstTime | None = None,
    day_of_week: wire.DayOfWeek | None = None,
    day_of_month: wire.DayOfMonth | None = None,
    run_at: wire.RunAt | None = None,
    max_consecutive_failures: wire.MaxFailures = 5,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    metadata: Metadata | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[ScheduleReply]:
    """Let an agent do a task on a machine by the clock: again and again, or once at a date.

    Each run costs 10 credits a minute. Try it with coasty_run_schedule_now.
    """
    times = as_api_takes(frequency, cron, time)
    _refuse_unless_one(times.frequency, once=run_at is not None)
    request = wire.CreateSchedule(
        name=name,
        machine_id=machine_id,
        task_prompt=task_prompt,
        frequency=times.frequency,
        cron=times.cron,
        timezone=timezone or "UTC",
        time=times.time,
        day_of_week=day_of_week,
        day_of_month=day_of_month,
        run_at=run_at and in_zone(run_at, timezone),
        max_consecutive_failures=max_consecutive_failures,
        action_policy=action_policy(blocked_actions, blocked_keys, bounds),
        metadata=metadata or {},
    )
    created = await api.schedules.create(request, idempotency_key)
    warnings = [] if timezone or run_at else [NO_TIMEZONE]
    return await schedule_result(
        api,
        created,
        "Created ",
        warnings=warnings,
        next_call=call_text(coasty_run_schedule_now, schedule_id=created.id),
    )


@schedules.tool(
    "Update a schedule",
    REWRITES,
    asks=changed_schedule,
    machines_of="changed schedule",
    costs=("a scheduled run",),
)
async def coasty_update_schedule(
    api: Api,
    schedule_id: wire.ScheduleId,
    name: wire.Name | None = None,
    task_prompt: wire.TaskPrompt | None = None,
    frequency: Frequency | None = None,
    cron: wire.Cron | None = None,
    timezone: wire.Timezone | None = None,
    time: wire.TimeOfDay | None = None,
    day_of_week: wire.DayOfWeek | None = None,
    day_of_month: wire.DayOfMonth | None = None,
    max_consecutive_failures: wire.MaxFailures | None = None,
    enabled: Enabled | None = None,
    metadata: Metadata | None = None,
    run_at: UnchangeableRunAt | None = None,
) -> TextResult[ScheduleReply]:
    """Change what you name of a schedule; the rest stays. It cannot be undone."""
    if run_at is not None:
        raise InvalidRequest(CANNOT_MOVE)
    times = as_api_takes(frequency, cron, time)
    if time and not times.frequency:
        times = with_other_time(await api.schedules.get(schedule_id), time)
    changes = wire.UpdateSchedule(
        name=name,
        task_prompt=task_prompt,
        frequency=times.frequency,
        cron=times.cron,
        timezone=timezone,
        time=times.time,
        day_of_week=day_of_week,
        day_of_month=day_of_month,
        max_consecutive_failures=max_consecutive_failures,
        enabled=enabled,
        metadata=metadata,
    )
    if not changes.model_dump(exclude_none=True):
        raise InvalidRequest("Name at least one thing to change.")
    updated = await api.schedules.update(schedule_id, changes)
    return await schedule_result(api, updated, "Updated ")


@schedules.tool("Delete a schedule", DESTROYS, asks=irreversible)
async def coasty_delete_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[wire.DeletedSchedule]:
    """Delete a schedule and its triggers. It cannot be undone; coasty_pause_schedule can."""
    gone = await api.schedules.delete(schedule_id)
    return text_result(gone, f"{schedule_id} is deleted.")


@schedules.tool(
    "Run a schedule now",
    ACTS,
    asks=scheduled_agent,
    machines_of="schedule",
    costs=("a scheduled run",),
)
async def coasty_run_schedule_now(
    api: Api,
    schedule_id: wire.ScheduleId,
    task_prompt_override: wire.PromptOverride | None = None,
    triggered_context: wire.TriggeredContext | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.StartedRun]:
    """Start a schedule's agent at once, besides its times. What it does cannot be undone.

    A paused schedule runs this once, and stays paused.
    """
    request = wire.RunSchedule(
        task_prompt_override=task_prompt_override, triggered_context=triggered_context
    )
    started = await api.schedules.start_run(schedule_id, request, idempotency_key)
    message = f" The API says {quoted(started.message)}." if started.message else ""
    return text_result(
        started,
        f"Run {started.run_id} is {started.status}.{message}",
        next_call=call_text(coasty_list_schedule_runs, schedule_id=schedule_id),
        warnings=await run_warnings(api, schedule_id),
    )


@schedules.tool("Pause a schedule", SWITCHES)
async def coasty_pause_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[ScheduleReply]:
    """Halt a schedule until coasty_resume_schedule: its webhooks are refused meanwhile."""
    paused = await api.schedules.pause(schedule_id)
    return await schedule_result(api, paused)


@schedules.tool(
    "Resume a schedule",
    AWAKENS,
    asks=scheduled_agent,
    machines_of="schedule",
    costs=("a scheduled run",),
)
async def coasty_resume_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[ScheduleReply]:
    """Let a paused schedule run again, from its next time on."""
    resumed = await api.schedules.resume(schedule_id)
    return await schedule_result(api, resumed)


def _refuse_unless_one(frequency: str | None, *, once: bool) -> None:
    if frequency and once:
        raise InvalidRequest("Give frequency or run_at, not both.")
    if not frequency and not once:
        raise InvalidRequest("Give frequency, cron, or run_at for a single run.")
