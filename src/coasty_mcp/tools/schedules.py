"""Tools for schedules, whose agents are started by the clock, a webhook, a mail or each other."""

from typing import Annotated

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.wire import schedules as wire
from ..api.wire.base import IdempotencyKey, Limit, Metadata
from ..server.context import Api
from ..server.effects import ACTS, AWAKENS, DESTROYS, READS, REWRITES, SPENDS, SWITCHES
from ..server.results import TextResult, call_text, text_result
from .catalog import schedules
from .list_results import list_result
from .machine_output import quoted
from .machines import coasty_list_machines

Enabled = Annotated[bool, Field(description="Whether it runs.")]


class ScheduleWithTriggers(wire.Schedule):
    """The reply of coasty_get_schedule."""

    triggers: list[wire.Trigger]


@schedules.tool("List schedules", READS)
async def coasty_list_schedules(api: Api, limit: Limit = 50) -> TextResult[wire.ScheduleList]:
    """List your schedules, newest first. Call it when you have no schedule_id yet."""
    listed = await api.schedules.list(limit)
    return list_result(
        listed,
        listed.data,
        _summary,
        "There are no schedules.",
        rest="coasty_get_schedule tells all of one.",
        more=listed.has_more,
        next_call="" if listed.data else call_text(coasty_list_machines),
    )


@schedules.tool("Get a schedule", READS)
async def coasty_get_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[ScheduleWithTriggers]:
    """Get one schedule: its task, when it runs next, and its triggers."""
    schedule = await api.schedules.get(schedule_id)
    triggers = (await api.schedules.list_triggers(schedule_id)).data
    answer = ScheduleWithTriggers(**schedule.model_dump(), triggers=triggers)
    answer.attach(schedule.receipt)
    return text_result(
        answer,
        _summary(schedule),
        f"Task: {schedule.task_prompt}",
        *(_trigger_line(trigger) for trigger in triggers),
        next_call=call_text(coasty_list_schedule_runs, schedule_id=schedule_id),
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
        _run_line,
        "There are no such runs.",
        rest="A smaller limit tells all of each.",
        next_call=more or "",
        untrusted="error",
    )


@schedules.tool("Create a schedule", SPENDS)
async def coasty_create_schedule(
    api: Api,
    name: wire.Name,
    machine_id: wire.ScheduledMachine,
    task_prompt: wire.TaskPrompt,
    frequency: wire.Frequency | None = None,
    cron: wire.Cron | None = None,
    timezone: wire.Timezone = "UTC",
    time: wire.TimeOfDay | None = None,
    day_of_week: wire.DayOfWeek | None = None,
    day_of_month: wire.DayOfMonth | None = None,
    run_at: wire.RunAt | None = None,
    max_consecutive_failures: wire.MaxFailures = 5,
    metadata: Metadata | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.Schedule]:
    """Let an agent do a task on a machine again and again, or once at a time.

    Each run costs 10 credits a minute. Try it with coasty_run_schedule_now.
    """
    _refuse_contradictions(frequency, cron, run_at is not None)
    request = wire.CreateSchedule(
        name=name,
        machine_id=machine_id,
        task_prompt=task_prompt,
        frequency=frequency,
        cron=cron,
        timezone=timezone,
        time=time,
        day_of_week=day_of_week,
        day_of_month=day_of_month,
        run_at=run_at,
        max_consecutive_failures=max_consecutive_failures,
        metadata=metadata or {},
    )
    created = await api.schedules.create(request, idempotency_key)
    following = call_text(coasty_run_schedule_now, schedule_id=created.id)
    return text_result(created, f"Created {_summary(created)}", next_call=following)


@schedules.tool("Update a schedule", REWRITES)
async def coasty_update_schedule(
    api: Api,
    schedule_id: wire.ScheduleId,
    name: wire.Name | None = None,
    task_prompt: wire.TaskPrompt | None = None,
    frequency: wire.Frequency | None = None,
    cron: wire.Cron | None = None,
    timezone: wire.Timezone | None = None,
    time: wire.TimeOfDay | None = None,
    day_of_week: wire.DayOfWeek | None = None,
    day_of_month: wire.DayOfMonth | None = None,
    max_consecutive_failures: wire.MaxFailures | None = None,
    enabled: Enabled | None = None,
    metadata: Metadata | None = None,
) -> TextResult[wire.Schedule]:
    """Change what you name of a schedule; the rest stays. Old values are lost."""
    changes = wire.UpdateSchedule(
        name=name,
        task_prompt=task_prompt,
        frequency=frequency,
        cron=cron,
        timezone=timezone,
        time=time,
        day_of_week=day_of_week,
        day_of_month=day_of_month,
        max_consecutive_failures=max_consecutive_failures,
        enabled=enabled,
        metadata=metadata,
    )
    if not changes.model_dump(exclude_none=True):
        raise InvalidRequest("Name at least one thing to change.")
    updated = await api.schedules.update(schedule_id, changes)
    return text_result(updated, f"Updated {_summary(updated)}")


@schedules.tool("Delete a schedule", DESTROYS, asks=True)
async def coasty_delete_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[wire.DeletedSchedule]:
    """Delete a schedule and its triggers for good. coasty_pause_schedule only halts it."""
    gone = await api.schedules.delete(schedule_id)
    return text_result(gone, f"{schedule_id} is deleted.")


@schedules.tool("Run a schedule now", ACTS, asks=True)
async def coasty_run_schedule_now(
    api: Api,
    schedule_id: wire.ScheduleId,
    task_prompt_override: wire.PromptOverride | None = None,
    triggered_context: wire.TriggeredContext | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.StartedRun]:
    """Start a schedule's agent at once, besides its times. It acts on its own."""
    request = wire.RunSchedule(
        task_prompt_override=task_prompt_override, triggered_context=triggered_context
    )
    started = await api.schedules.start_run(schedule_id, request, idempotency_key)
    return text_result(
        started,
        f"Run {started.run_id} is {started.status}. {started.message}",
        next_call=call_text(coasty_list_schedule_runs, schedule_id=schedule_id),
    )


@schedules.tool("Pause a schedule", SWITCHES)
async def coasty_pause_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[wire.Schedule]:
    """Halt a schedule until coasty_resume_schedule."""
    paused = await api.schedules.pause(schedule_id)
    return text_result(paused, _summary(paused))


@schedules.tool("Resume a schedule", AWAKENS)
async def coasty_resume_schedule(
    api: Api, schedule_id: wire.ScheduleId
) -> TextResult[wire.Schedule]:
    """Let a paused schedule run again."""
    resumed = await api.schedules.resume(schedule_id)
    return text_result(resumed, _summary(resumed))


@schedules.tool("Add a trigger", SPENDS)
async def coasty_add_trigger(
    api: Api,
    schedule_id: wire.ScheduleId,
    kind: wire.TriggerKind,
    source_schedule_id: wire.SourceSchedule | None = None,
    event: wire.ChainEvent = "on_complete",
    pass_output: wire.PassOutput = True,
    rate_limit_per_minute: wire.RatePerMinute = 60,
    enabled: wire.TriggerEnabled = True,
    email_label: wire.EmailLabel | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.Trigger]:
    """Let a webhook, a mail or another schedule's end start a schedule too.

    A webhook's secret is shown only now: give it to the user to store.
    """
    if kind == "chain" and source_schedule_id is None:
        raise InvalidRequest("source_schedule_id is missing: a chain needs it.")
    request = wire.CreateTrigger(
        kind=kind,
        source_schedule_id=source_schedule_id,
        event=event,
        pass_output=pass_output,
        rate_limit_per_minute=rate_limit_per_minute,
        enabled=enabled,
        email_label=email_label,
    )
    added = await api.schedules.add_trigger(schedule_id, request, idempotency_key)
    secret = (
        []
        if added.webhook_secret is None
        else _webhook_recipe(added.webhook_secret, added.webhook_url)
    )
    return text_result(added, f"Added {_trigger_line(added)}", *secret)


@schedules.tool("Remove a trigger", DESTROYS, asks=True)
async def coasty_remove_trigger(
    api: Api, schedule_id: wire.ScheduleId, trigger_id: wire.TriggerId
) -> TextResult[wire.DeletedTrigger]:
    """Remove a trigger; its address and secret stop working for good."""
    gone = await api.schedules.remove_trigger(schedule_id, trigger_id)
    return text_result(gone, f"{trigger_id} is removed.")


def _refuse_contradictions(frequency: str | None, cron: str | None, once: bool) -> None:
    if frequency and once:
        raise InvalidRequest("Give frequency or run_at, not both.")
    if not frequency and not once:
        raise InvalidRequest("Give frequency, or run_at for a single run.")
    if frequency == "custom" and not cron:
        raise InvalidRequest("cron is missing: frequency custom needs it.")


def _summary(schedule: wire.Schedule) -> str:
    name = f"{schedule.id} ({schedule.name})"
    times = f"{schedule.frequency} [{schedule.cron}] {schedule.timezone}"
    if schedule.enabled:
        state = f"next run {schedule.next_run_at or 'not set'}"
    else:
        state = f"paused ({schedule.paused_reason or 'by hand'})"
    failures = schedule.consecutive_failures
    failing = f", {failures} failure{'s' if failures > 1 else ''} in a row" if failures else ""
    return f"{name} on {schedule.machine_id}: {times}, {state}, {schedule.run_count} runs{failing}."


def _run_line(run: wire.ScheduleRun) -> str:
    took = "" if run.duration_seconds is None else f", {run.duration_seconds} s"
    error = f": {quoted(run.error)}" if run.error else ""
    return f"{run.executed_at} {run.id} {run.status} ({run.trigger}{took}){error}"


def _trigger_line(trigger: wire.Trigger) -> str:
    source = trigger.source_schedule_id and f"{trigger.event} of {trigger.source_schedule_id}"
    fired_by = trigger.webhook_url or trigger.email_address or source or "an unknown source"
    off = "" if trigger.enabled else " (off)"
    return f"trigger {trigger.id}{off}: {trigger.kind}, fired by {fired_by}"


def _webhook_recipe(secret: str, url: str | None) -> list[str]:
    return [
        f"Store it now, it is never shown again: webhook_secret {secret}",
        "To fire it from a shell:",
        """t=$(date +%s); body='{"event":"test"}'""",
        'v1=$(printf %s "$t.$body" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -r | cut -c-64)',
        f'curl -d "$body" -H "Coasty-Signature: t=$t,v1=$v1" {url}',
    ]
