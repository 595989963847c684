"""Sessions of the sandbox that are recorded, and what they left."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client

from coasty_mcp.recording.room import sessions
from coasty_mcp.settings import Settings
from support.mcp_client import Era, seated, structured


@asynccontextmanager
async def recorded(folder: Path, era: Era = "auto", **flags: object) -> AsyncGenerator[Client]:
    settings = Settings.read({}, {"sandbox": True, "toolsets": "all", "record_dir": str(folder)})
    async with seated(era, settings=settings.model_copy(update=flags)) as client:
        yield client


async def machine_of(client: Client, **wanted: object) -> str:
    started = await client.call_tool("coasty_provision_machine", {"display_name": "desk", **wanted})
    return structured(started)["machine"]["id"]


def trajectory(folder: Path) -> dict[str, Any]:
    [session] = sessions(folder)
    return json.loads((session / "trajectory.json").read_text(encoding="utf-8"))


def everything(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
