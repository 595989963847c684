"""Tasks that Coasty's own agent carries out on a machine."""

from typing import Annotated, Any

from pydantic import Field

from ..app import Api, Patience
from ..toolset import ACTS, AWAKENS, READS, REWRITES, Told, Toolset, call, tell
from ..wire import runs as wire
from ..wire.base import IdempotencyKey, Limit
from ..wire.predict import CuaVersion, Instructions
from .results import framed
from .watching import After, WaitSeconds, Watched, collect, digest

runs = Toolset(
    "runs", "Delegate: Coasty's own agent does a whole task on a machine.", default=False
)

RunMetadata = Annotated[dict[str, Any], Field(description="Labels.")]


@runs.tool("Start a run", ACTS)
async def coasty_start_run(
    api: Api,
    machine_id: wire.RunMachine,
    task: wire.Task,
    max_steps: wire.MaxSteps = 50,
    deadline_seconds: wire.Deadline | None = None,
    on_awaiting_human: wire.OnAwaitingHuman = "pause",
    awaiting_human_timeout_seconds: wire.HumanTimeout | None = None,
    instructions: Instructions | None = None,
    system_prompt: wire.RunSystemPrompt | None = None,
    cua_version: CuaVersion | None = None,
    webhook_url: wire.WebhookUrl | None = None,
    metadata: RunMetadata | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> Told[wire.Run]:
    """Let Coasty's agent do a task on a machine by itself. 5 credits a step (v1: 8).

    Follow it with coasty_watch_run. A webhook's secret is shown only now.
    """
    wanted = wire.StartRun(
        machine_id=machine_id,
        task=task,
        max_steps=max_steps,
        deadline_seconds=deadline_seconds,
        on_awaiting_human=on_awaiting_human,
        awaiting_human_timeout_seconds=awaiting_human_timeout_seconds,
        instructions=instructions,
        system_prompt=system_prompt,
        cua_version=cua_version,
        webhook_url=webhook_url,
        metadata=metadata,
    )
    started = await api.runs.start(wanted, idempotency_key)
    secret = started.webhook_secret
    stored = [f"Store it now, it is never shown again: webhook_secret {secret}"] if secret else []
    watch = call(coasty_watch_run, run_id=started.id)
    return tell(started, summary(started), *stored, then=watch)


@runs.tool("List runs", READS)
async def coasty_list_runs(
    api: Api, status: wire.StatusFilter | None = None, limit: Limit = 20
) -> Told[wire.RunList]:
    """List the agent's runs, newest first."""
    listed = await api.runs.list(limit, status)
    more = ["There are more: raise the limit."] if listed.has_more else []
    return tell(listed, *(map(summary, listed.data) if listed.data else ["No runs."]), *more)


@runs.tool("Get a run", READS)
async def coasty_get_run(api: Api, run_id: wire.RunId) -> Told[wire.Run]:
    """Get one run: its status, steps, cost, and its result or error."""
    run = await api.runs.get(run_id)
    return tell(run, summary(run), *framed(run.result), then=following(run))


@runs.tool("Watch a run", READS)
async def coasty_watch_run(
    api: Api,
    waiting: Patience,
    run_id: wire.RunId,
    after: After = 0,
    wait_seconds: WaitSeconds = 40,
) -> Told[Watched]:
    """See what a run does until it ends, needs a person, or the time is up; then call again."""
    seen = await collect(api.runs.events(run_id, after), wait_seconds, waiting)
    run = await api.runs.get(run_id)
    cursor = seen[-1].seq if seen else after
    answer = Watched(
        status=run.status,
        cursor=cursor,
        events=seen[-20:],
        events_seen=len(seen),
        awaiting_human_reason=run.awaiting_human_reason,
        result=run.result,
        error=run.error,
    )
    answer.keep(run.receipt)
    on = call(coasty_watch_run, run_id=run_id, after=cursor)
    return tell(answer, summary(run), *digest(seen), *framed(run.result), then=following(run, on))


@runs.tool("Cancel a run", REWRITES)
async def coasty_cancel_run(api: Api, run_id: wire.RunId) -> Told[wire.Run]:
    """Stop a run for good. What it did stays done."""
    return tell(cancelled := await api.runs.cancel(run_id), summary(cancelled))


@runs.tool("Resume a run", AWAKENS)
async def coasty_resume_run(
    api: Api, run_id: wire.RunId, note: wire.Note | None = None
) -> Told[wire.Run]:
    """Let a run go on that waits for a person, once the person has agreed or helped."""
    resumed = await api.runs.resume(run_id, wire.ResumeRun(note=note))
    return tell(resumed, summary(resumed), then=call(coasty_watch_run, run_id=run_id))


def summary(run: wire.Run) -> str:
    waits = f": waits for a person ({run.awaiting_human_reason})" if _waits(run) else ""
    error = (
        f": {run.error.get('code')} {run.error.get('message', '')}".rstrip() if run.error else ""
    )
    steps = f"{run.steps_completed} steps, {run.credits_charged} credits"
    return f"run {run.id} on {run.machine_id}: {run.status}, {steps}{waits}{error}"


def following(run: wire.Run, on: str = "") -> str:
    """What can be done next with it: the ready call."""
    if _waits(run):
        return call(coasty_resume_run, run_id=run.id, note="...")
    if run.status in wire.FINISHED:
        return ""
    return on or call(coasty_watch_run, run_id=run.id)


def _waits(run: wire.Run) -> bool:
    return run.status == "awaiting_human"
