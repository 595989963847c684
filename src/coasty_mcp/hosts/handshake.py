"""Starts our own server as a host does, lists its tools over MCP, and calls the picture tool."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple

import anyio
from mcp import Client
from mcp.types import ImageContent, TextContent

from .config_entry import ServerCommand
from .errors import shown
from .launcher import start_server

START_TIMEOUT = 30.0
"""Seconds; Claude Code waits as long for a server, and most hosts longer."""
LONGEST_REASON = 500


class ServerDoesNotStart(Exception):
    """Why the server does not start: what it wrote to stderr, or what the system says."""


class Handshake(NamedTuple):
    """What a server said of itself, and how long it took from its start to its list of tools."""

    version: str
    tools: int
    milliseconds: int


class Screenshot(NamedTuple):
    """What the picture tool answered, as a host receives it."""

    failed: bool
    text: str
    pictures: list[str]
    """In base64."""
    has_structured_content: bool


@asynccontextmanager
async def started(server: ServerCommand, timeout: float) -> AsyncGenerator[Client]:
    """Start the server in an empty folder, and end it again.

    Raises:
        ServerDoesNotStart: It ended, or all of it took longer than `timeout` seconds.
    """
    with (
        TemporaryDirectory() as folder,
        TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
    ):
        try:
            with anyio.fail_after(timeout):
                async with Client(
                    start_server(server, Path(folder), errors), mode="legacy"
                ) as client:
                    yield client
        except TimeoutError as error:
            raise ServerDoesNotStart(f"no answer within {timeout:g} s") from error
        except (OSError, ExceptionGroup) as error:
            errors.seek(0)
            raise ServerDoesNotStart(_reason(errors.readlines()) or str(error)) from error


async def perform_handshake(server: ServerCommand, timeout: float = START_TIMEOUT) -> Handshake:
    """Start the server and list its tools; raises `ServerDoesNotStart`."""
    begin = time.perf_counter()
    async with started(server, timeout) as client:
        tools = (await client.list_tools()).tools
        took = time.perf_counter() - begin
        version = client.server_info.version if client.server_info else ""
    return Handshake(version, len(tools), round(took * 1000))


async def take_screenshot(server: ServerCommand, timeout: float = START_TIMEOUT) -> Screenshot:
    """Call the picture tool over a machine of the sandbox; raises `ServerDoesNotStart`."""
    async with started(replace(server, sandbox=True), timeout) as client:
        new = await client.call_tool("coasty_provision_machine", {"display_name": "doctor"})
        made: dict[str, Any] = new.structured_content or {}
        machine = made.get("machine", {}).get("id", "")
        seen = await client.call_tool("coasty_take_machine_screenshot", {"machine_id": machine})
    return Screenshot(
        bool(seen.is_error),
        " ".join(each.text for each in seen.content if isinstance(each, TextContent)),
        [each.data for each in seen.content if isinstance(each, ImageContent)],
        seen.structured_content is not None,
    )


def _reason(lines: list[str]) -> str:
    """Return the last line, as Python names an error there, or all from uv's `error:` on."""
    written = [line for line in lines if line.strip()]
    begin = next((n for n, line in enumerate(written) if line.startswith("error:")), -1)
    return shown(" ".join(" ".join(written[begin:]).split())[:LONGEST_REASON])
