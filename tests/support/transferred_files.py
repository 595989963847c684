"""A computer that files are sent to and fetched from, and what is left on it."""

from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from mcp import Client

from coasty_mcp.sandbox.computer import Computer as Drawn
from coasty_mcp.sandbox.computer.file_system import FileSystem
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, structured


def seat(http: AsyncClient, folder: Path, era: Era = "auto") -> Client:
    settings = Settings(sandbox=True, toolsets=("fleet",), files_dir=folder)
    return Client(build_server(settings, TOOLSETS, http), mode=era)


def files_of(machine: Machine) -> FileSystem:
    assert isinstance(machine.computer, Drawn)
    return machine.computer.files


def in_it(machine: Machine, path: str) -> bytes:
    files = files_of(machine)
    return files.data(files.resolve(path))


def left_over(machine: Machine, folder: Path) -> list[str]:
    """What no transfer may leave behind, on both sides."""
    files = files_of(machine)
    there = [path for path in files.tree("/") if ".coasty-" in path]
    return there + [path.name for path in folder.iterdir() if ".coasty-" in path.name]


async def called(model: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return structured(await model.call_tool(tool, arguments))
