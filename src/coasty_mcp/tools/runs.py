"""Tools that start and follow runs: tasks that Coasty's own agent does on a machine."""

from functools import partial

from ..api.errors import InvalidState
from ..api.wire import runs as wire
from ..api.wire.base import IdempotencyKey, Limit, MaxCredits
from ..api.wire.predict import CuaVersion, Instructions
from ..server.consequences import agent_run, irreversible, resumed_agent
from ..server.context import Api, CallWaiter
from ..server.effects import ACTS, DESTROYS, LOOKS
from ..server.results import TextResult, call_text, counted
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .catalog import runs
from .list_results import list_result
from .machines import coasty_start_machine, coasty_take_machine_screenshot
from .presets import Preset, steering
from .run_events import After, RunProgress, WaitSeconds, follow_run, progress_result
from .run_states import (
    USERS_WORD,
    RunMetadata,
    machine_text,
    next_run_call,
    run_result,
    status_text,
)


@runs.tool("Start a run", ACTS, asks=agent_run, costs=("a step of a run or of a workflow's task",))
async def coasty_start_run(
    api: Api,
    machine_id: wire.RunMachine,
    task: wire.Task,
    max_steps: wire.MaxSteps = 50,
    deadline_seconds: wire.Deadline | None = None,
    on_awaiting_human: wire.OnAwaitingHuman = "pause",
    awaiting_human_timeout_seconds: wire.HumanTimeout | None = None,
    preset: Preset | None = None,
    instructions: Instructions | None = None,
    system_prompt: wire.RunSystemPrompt | None = None,
    cua_version: CuaVersion | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    webhook_url: wire.WebhookUrl | None = None,
    metadata: RunMetadata | None = None,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.Run]:
    """Let Coasty's agent do a task on a machine by itself. 5 credits a step (v1: 8).

    Follow it with coasty_watch_run. A webhook's secret is shown only now.
    """
    request = wire.StartRun(
        machine_id=machine_id,
        task=task,
        max_steps=max_steps,
        deadline_seconds=deadline_seconds,
        on_awaiting_human=on_awaiting_human,
        awaiting_human_timeout_seconds=awaiting_human_timeout_seconds,
        instructions=steering(preset, instructions),
        system_prompt=system_prompt,
        cua_version=cua_version,
        webhook_url=webhook_url,
        metadata=metadata,
        action_policy=action_policy(blocked_actions, blocked_keys, bounds),
    )
    return _result(await api.runs.start(request, idempotency_key, max_credits))


@runs.tool("List runs", LOOKS)
async def coasty_list_runs(
    api: Api, status: wire.StatusFilter | None = None, limit: Limit = 20
) -> TextResult[wire.RunList]:
    """List the agent's runs, newest first. Call it when you have no run_id yet."""
    listed = await api.runs.list(limit, status)
    return list_result(
        listed,
        listed.data,
        summary,
        "There are no runs.",
        rest="coasty_get_run tells all of one.",
        more=listed.has_more,
        untrusted="result and error",
    )


@runs.tool("Get a run", LOOKS)
async def coasty_get_run(api: Api, run_id: wire.RunId) -> TextResult[wire.Run]:
    """Get one run: its state, steps and cost, and its result or error."""
    run = await api.runs.get(run_id)
    return run_result(run, summary(run), _next_look(run))


@runs.tool("Watch a run", LOOKS)
async def coasty_watch_run(
    api: Api,
    waiter: CallWaiter,
    run_id: wire.RunId,
    after: After = 0,
    wait_seconds: WaitSeconds = 40,
) -> TextResult[RunProgress]:
    """See what a run does until it ends, needs a person, or the time is up.

    Then make the call that it names.
    """
    run, seen = await follow_run(
        partial(api.runs.get, run_id),
        partial(api.runs.stream_events, run_id),
        after,
        wait_seconds,
        waiter,
    )
    return progress_result(run, seen, after, summary, _next_look)


@runs.tool("Cancel a run", DESTROYS, asks=irreversible)
async def coasty_cancel_run(api: Api, run_id: wire.RunId) -> TextResult[wire.Run]:
    """Stop a run for good. What it did stays done."""
    return _result(await api.runs.cancel(run_id))


@runs.tool(
    "Resume a run",
    ACTS,
    asks=resumed_agent,
    machines_of="run",
    costs=("a step of a run or of a workflow's task",),
)
async def coasty_resume_run(
    api: Api, run_id: wire.RunId, note: wire.Note | None = None
) -> TextResult[wire.Run]:
    """Let a run go on that waits for a person. Only on the user's word."""
    return _result(await api.runs.resume(run_id, wire.ResumeRun(note=note)))


def _result(run: wire.Run) -> TextResult[wire.Run]:
    return run_result(run, summary(run), next_call(run))


def summary(run: wire.Run) -> str:
    """Return a line about the run: where it works, how it stands, and what it has cost."""
    told = run.model_fields_set
    on = f" on {machine_text(run)}" if {"machine_id", "machine"} & told else ""
    used = [
        *([counted(run.steps_completed, "step")] if "steps_completed" in told else []),
        *([counted(run.credits_charged, "credit")] if "credits_charged" in told else []),
    ]
    return f"run {run.id}{on}: {' · '.join(filter(None, (status_text(run), ', '.join(used))))}"


def next_call(run: wire.Run, cursor: int | None = None) -> str:
    """Return the call that goes on with the run, or "" when it is over."""
    return next_run_call(
        run,
        watch=call_text(coasty_watch_run, run_id=run.id, after=cursor),
        answer=call_text(coasty_resume_run, run_id=run.id, note=USERS_WORD),
    )


def _next_look(run: wire.Run, cursor: int | None = None) -> str:
    """Return how to go on; after the end, how to see what the run left on its machine."""
    from .run_screenshots import coasty_get_run_screenshots  # its tool is listed after these

    if on := next_call(run, cursor):
        return on
    if (run.error or {}).get("code") == InvalidState.code and run.machine_id:
        return call_text(coasty_start_machine, machine_id=run.machine_id)
    if run.machine:
        return call_text(coasty_get_run_screenshots, run_id=run.id)
    look = call_text(coasty_take_machine_screenshot, machine_id=run.machine_id)
    return look if run.machine_id else ""
