"""A real desktop of the sandbox, used through the tools as a model uses it."""

import json
import os
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import anyio
import pytest
from httpx2 import AsyncClient
from mcp.types import CallToolResult

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.real_desktop.prerequisites import BROWSER, EDITOR, missing
from coasty_mcp.sandbox.real_desktop.running_cage import CageFailed, RunningCage
from coasty_mcp.sandbox.world.machines import ARRIVES_AT, Machine, Machines
from coasty_mcp.screens import Picture
from coasty_mcp.settings import Settings
from support.mcp_client import new_machine, picture, seated, structured, text

SETTINGS = Settings(sandbox=True, toolsets=("default", "fleet"))
PATIENCE = 15
"""Seconds for what a program does by and by, on a computer that has much else to do."""


def require_real_desktop() -> None:
    """Skip where real desktops cannot be; fail instead where their programs were installed."""
    if problem := missing(BROWSER, EDITOR) or _cage_problem():
        if os.environ.get("COASTY_TESTS_REAL_DESKTOP") == "required":
            pytest.fail(problem)
        pytest.skip(problem)


@cache
def _cage_problem() -> str:
    """Return why bubblewrap can make no cage here, as in a container that forbids it."""
    try:
        cage = RunningCage()
    except CageFailed as failure:
        return str(failure)
    cage.end()
    cage.close()
    return ""


def settle(world: World, machine: Machine) -> None:
    """Wait until the machine's state has stopped changing."""
    deadline = time.monotonic() + PATIENCE
    while machine.status in ARRIVES_AT and time.monotonic() < deadline:
        time.sleep(0.01)
        world.accounts["test"].advance(world.now())


@dataclass
class Desk:
    """One machine in the model's hands."""

    world: World
    machine_id: str

    @classmethod
    def started(cls, world: World, **wanted: Any) -> "Desk":
        """Return a machine of the world, once it runs."""
        order = {"metadata": {"screen": "1280x720"}, **wanted}
        machine = new_machine(world.accounts["test"], **order)
        settle(world, machine)
        assert machine.status == "running", machine.failure
        return cls(world, machine.id)

    @property
    def machine(self) -> Machine:
        return self.world.accounts["test"].area(Machines).get(self.machine_id)

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        async with seated(http=self._http, settings=SETTINGS) as model:
            return await model.call_tool(tool, {"machine_id": self.machine_id, **arguments})

    @cached_property
    def _http(self) -> AsyncClient:
        return sandbox_client(self.world)

    async def attempt(self, command: str, **parameters: Any) -> CallToolResult:
        return await self.call(
            "coasty_execute_machine_action", command=command, parameters=parameters
        )

    async def do(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Carry a command out; its result stands in the text where a picture comes along."""
        done = await self.attempt(command, **parameters)
        assert not done.is_error, text(done)
        if done.structured_content:
            return done.structured_content.get("result") or {}
        lines = [line[2:] for line in text(done).splitlines() if line.startswith("| {")]
        return json.loads(lines[0]) if lines else {}

    async def run(self, line: str, **more: Any) -> dict[str, Any]:
        """Run a command line in the terminal."""
        return structured(await self.call("coasty_run_terminal_command", command=line, **more))

    async def see(self) -> Picture:
        return picture(await self.call("coasty_take_machine_screenshot"))

    async def click_on(self, selector: str, command: str = "click", **more: Any) -> None:
        """Click with the mouse on an element of the page, where the model sees it."""
        x, y = await self.middle_of(selector)
        await self.do(command, x=x, y=y, **more)

    async def middle_of(self, selector: str) -> tuple[int, int]:
        found: list[str] = (await self.do("browser_get_clickables"))["clickables"]
        [at] = [each for each in found if each.endswith(f" {selector}")]
        point = re.search(r" x=(\d+) y=(\d+) ", at)
        assert point, at
        return int(point[1]), int(point[2])

    async def value(self, script: str) -> Any:
        return (await self.do("browser_execute", script=script))["value"]

    async def until(self, script: str, wanted: Any, patience: float = PATIENCE) -> None:
        """Wait until the page answers that: it takes its time with what the mouse does."""
        deadline = time.monotonic() + patience
        while (value := await self.value(script)) != wanted:
            assert time.monotonic() < deadline, value
            await anyio.sleep(0.05)

    async def achieve(self, gesture: Callable[[], Awaitable[None]], script: str) -> None:
        """Repeat a gesture until the page says that it was understood.

        Clicks make a double click only if nothing delays the second one.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            await gesture()
            with suppress(AssertionError):
                await self.until(script, wanted=True, patience=0.5)
                return
            assert time.monotonic() < deadline, script

    async def file(self, path: str, content: str) -> None:
        """Wait until a file holds that, but for line ends around it."""
        deadline = time.monotonic() + PATIENCE
        while (found := (await self.do("file_read", path=path))["content"].strip()) != content:
            assert time.monotonic() < deadline, found
            await anyio.sleep(0.05)

    async def window(self, title: str) -> dict[str, Any]:
        """Return the window with that in its title, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for window in (await self.do("list_windows"))["windows"]:
                if title in window["title"]:
                    return window
            await anyio.sleep(0.05)
        raise AssertionError(f"No window called {title} has opened.")
