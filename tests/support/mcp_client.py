"""The model's chair: a real MCP client in front of a real server, all in this process."""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from anyio.lowlevel import checkpoint
from httpx2 import AsyncClient, Request
from mcp import Client
from mcp.types import CallToolResult, ImageContent, TextContent

from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.api.wire.schedules import CreateSchedule
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.computer import Computer
from coasty_mcp.sandbox.world.machines import Machine, Machines
from coasty_mcp.sandbox.world.scheduler import Scheduler
from coasty_mcp.sandbox.world.schedules import Schedule
from coasty_mcp.sandbox.world.state import Account
from coasty_mcp.screens import Picture
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import AppContext, Now, Sleep
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS

Era = Literal["auto", "legacy"]

BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}|;base64,")
LIVE_KEY = "sk-coasty-live-" + "0" * 48
A_FRIDAY = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


class Clock:
    """Time that passes only while somebody sleeps, or where a test says so."""

    def __init__(self, moment: datetime = A_FRIDAY) -> None:
        self.moment = moment
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds=seconds)
        await checkpoint()

    def seconds(self) -> float:
        return self.moment.timestamp()

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


async def no_page(_: AppContext, machine_id: str) -> str:
    """The address of a page that nobody serves."""
    return f"http://127.0.0.1:9/view/{machine_id}"


@asynccontextmanager
async def seated(
    era: Era = "auto",
    world: World | None = None,
    http: AsyncClient | None = None,
    settings: Settings | None = None,
    sleep: Sleep | None = None,
    clock: Clock | None = None,
    now: Now | None = None,
) -> AsyncGenerator[Client]:
    """Whatever is not given of the server's sleep and its time is that of a clock."""
    clock = clock or Clock()
    server = build_server(
        settings or Settings(sandbox=True),
        TOOLSETS,
        http or sandbox_client(world),
        sleep or clock.sleep,
        now or clock.seconds,
        open_view=no_page,
    )
    async with Client(server, mode=era) as client:
        yield client


def recorded(http: AsyncClient) -> list[Request]:
    """What the client sends from now on."""
    requests: list[Request] = []

    async def note(request: Request) -> None:
        requests.append(request)

    http.event_hooks = {"request": [note]}
    return requests


def bodies(sent: list[Request], path: str) -> list[dict[str, Any]]:
    """Of the requests to that path."""
    return [json.loads(request.content) for request in sent if request.url.path == f"/v1/{path}"]


def new_machine(account: Account, **wanted: Any) -> Machine:
    """A running desktop, or a booting one where booting takes time."""
    order = {"display_name": "desk", "desktop_enabled": True, **wanted}
    return account.area(Machines).provision(ProvisionMachine.model_validate(order))


def drawn(machine: Machine) -> Computer:
    """Its computer, with all that can be seen in a drawn one."""
    assert isinstance(machine.computer, Computer)
    return machine.computer


def new_schedule(account: Account, machine: Machine, **wanted: Any) -> Schedule:
    order = {
        "name": "briefing",
        "machine_id": machine.id,
        "task_prompt": "Open the browser.",
        "frequency": "hourly",
        **wanted,
    }
    return account.area(Scheduler).create(CreateSchedule.model_validate(order))


def text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def structured(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, text(result)
    assert result.structured_content is not None
    return result.structured_content


def picture(result: CallToolResult) -> Picture:
    [image] = [block for block in result.content if isinstance(block, ImageContent)]
    read = Picture.from_base64(image.data)
    assert read.mime_type == image.mime_type
    return read


def written_call(text: str) -> tuple[str, dict[str, Any]]:
    """The tool and the arguments, in JSON, of a call as `next` writes it."""
    call = re.fullmatch(r"(\w+)\((.*)\)", text, re.DOTALL)
    assert call, text
    tool, arguments = call.groups()
    decoder, given, at = json.JSONDecoder(), dict[str, Any](), 0
    while named := re.compile(r"(?:, )?(\w+)=").match(arguments, at):
        given[named[1]], at = decoder.raw_decode(arguments, named.end())
    assert at == len(arguments), arguments[at:]
    return tool, given


def holds_base64(result: CallToolResult) -> bool:
    """Anywhere but in the picture blocks, where it belongs."""
    written = text(result) + json.dumps(result.structured_content)
    return BASE64.search(written) is not None


def error(result: CallToolResult) -> dict[str, Any]:
    assert result.is_error
    assert result.structured_content
    return result.structured_content["error"]
