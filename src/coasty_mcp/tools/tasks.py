"""The tool that starts a task: an agent with a machine that is there for it alone."""

from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError

from ..api.errors import InvalidRequest
from ..api.rules import EXAMPLE
from ..api.wire import machines, runs, tasks
from ..api.wire.base import IdempotencyKey, MaxCredits
from ..api.wire.predict import CuaVersion, Instructions
from ..money.prices import hours_price, step_price
from ..server.consequences import agent_task
from ..server.context import Api
from ..server.effects import ACTS
from ..server.results import TextResult, counted
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .catalog import runs as toolset
from .presets import Preset, steering
from .run_states import RunMetadata, run_result
from .runs import next_call, summary

AN_HOUR = 3600
NEVER_ASKS = (
    "It never asks a person: what cannot be undone belongs into coasty_start_run or a workflow."
)
PROXY = "proxy must be managed, or as http://user:password@host:port (also https, socks5)."

TaskDeadline = Annotated[runs.Deadline, Field(description="Seconds, machine start included.")]
Proxy = Annotated[
    str,
    Field(
        max_length=2048,
        description="managed, or http://user:password@host:port.",
        json_schema_extra={EXAMPLE: "managed"},
    ),
]


@toolset.tool(
    "Start a task",
    ACTS,
    asks=agent_task,
    costs=("a step of a run or of a workflow's task", "a running machine"),
)
async def coasty_start_task(
    api: Api,
    task: runs.Task,
    max_steps: runs.MaxSteps = 150,
    deadline_seconds: TaskDeadline = AN_HOUR,
    os_type: machines.OsType = "linux",
    desktop_enabled: machines.DesktopEnabled | None = None,
    cpu_cores: machines.CpuCores | None = None,
    memory_gb: machines.MemoryGb | None = None,
    storage_gb: machines.StorageGb | None = None,
    provider: tasks.TaskProvider | None = None,
    restore_from_snapshot: machines.RestoreFromSnapshot | None = None,
    proxy: Proxy | None = None,
    preset: Preset | None = None,
    instructions: Instructions | None = None,
    system_prompt: runs.RunSystemPrompt | None = None,
    cua_version: CuaVersion | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    webhook_url: runs.WebhookUrl | None = None,
    metadata: RunMetadata | None = None,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[runs.Run]:
    """Give Coasty one goal: it starts a machine, does the task on it, and destroys it.

    5 credits a step (v1: 8) and the machine's hours. It never asks a person: what cannot be undone
    belongs in coasty_start_run or a workflow. Follow it with coasty_watch_run.
    """
    request = tasks.StartTask(
        task=task,
        max_steps=max_steps,
        deadline_seconds=deadline_seconds,
        instructions=steering(preset, instructions),
        system_prompt=system_prompt,
        cua_version=cua_version,
        webhook_url=webhook_url,
        metadata=metadata,
        action_policy=action_policy(blocked_actions, blocked_keys, bounds),
        machine=tasks.TaskMachine(
            provider=provider,
            os_type=os_type,
            desktop_enabled=desktop_enabled,
            cpu_cores=cpu_cores,
            memory_gb=memory_gb,
            storage_gb=storage_gb,
            restore_from_snapshot=restore_from_snapshot,
            proxy=_proxy(proxy) if proxy else None,
        ),
    )
    run = await api.runs.start_task(request, idempotency_key, max_credits)
    price = _price(request)
    told = run.model_copy(update={"at_most": price, "never_asks": NEVER_ASKS})
    return run_result(told, summary(run), next_call(run), price, NEVER_ASKS)


def _price(task: tasks.StartTask) -> str:
    """Return the most that it can cost, by both meters."""
    step, seconds = step_price(task.cua_version), task.deadline_seconds or AN_HOUR
    hours = hours_price(task.machine.os_type, seconds)
    return (
        f"At most {task.max_steps * step} credits for {counted(task.max_steps, 'step')}, and "
        f"{hours} for its machine until the deadline of {seconds} s."
    )


def _proxy(text: str) -> tasks.TaskProxy:
    """Return the proxy that the text names.

    Raises:
        InvalidRequest: It is neither `managed` nor a URL with a scheme, a host and a port.
    """
    if text == "managed":
        return tasks.TaskProxy(mode="managed")
    try:
        url = urlsplit(text)
        given = {"scheme": url.scheme, "host": url.hostname, "port": url.port}
        secret = {"username": url.username, "password": url.password}
        known = {name: unquote(value) for name, value in secret.items() if value}
        if not (all(given.values()) and url.path in ("", "/")):
            raise ValueError(PROXY)
        return tasks.TaskProxy.model_validate({"mode": "custom", **given, **known})
    except (ValueError, ValidationError):
        raise InvalidRequest(PROXY) from None  # the text may hold a password
