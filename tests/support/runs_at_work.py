"""Runs in a sandbox whose agent only waits, and the tools for them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from httpx2 import AsyncClient
from mcp import Client
from mcp.types import CallToolResult

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.runs import Runs
from coasty_mcp.settings import Settings
from support.mcp_client import (
    Era,
    new_machine,
    seated,
    structured,
)

START, LIST, GET = "coasty_start_run", "coasty_list_runs", "coasty_get_run"


WATCH, CANCEL, RESUME = "coasty_watch_run", "coasty_cancel_run", "coasty_resume_run"


WITH_RUNS = Settings(sandbox=True, toolsets=("machines", "runs"))


@asynccontextmanager
async def at_work(
    era: Era = "auto", world: World | None = None, http: AsyncClient | None = None
) -> AsyncGenerator[Client]:
    async with seated(era, world, http, settings=WITH_RUNS) as model:
        yield model


async def started(
    model: Client, world: World, task: str = "Open the browser.", **more: Any
) -> CallToolResult:
    machine = new_machine(world.accounts["test"])
    return await model.call_tool(START, {"machine_id": machine.id, "task": task, **more})


async def run_id(model: Client, world: World, task: str = "Open the browser.", **more: Any) -> str:
    return structured(await started(model, world, task, **more))["id"]


def log_of(world: World, run: str) -> list[int]:
    """Return the numbers of all events, without the second of the two that end a run."""
    return [each.seq for each in world.accounts["test"].area(Runs).get(run).log.after(0)][:-1]
