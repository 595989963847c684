"""Starts our own server as a host does, and lists its tools over MCP."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

import anyio
from mcp import Client

from .config_entry import ServerCommand
from .host import shown
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


async def perform_handshake(server: ServerCommand, timeout: float = START_TIMEOUT) -> Handshake:
    """Start the server in an empty folder, and end it again.

    Raises:
        ServerDoesNotStart: It ended, or gave no answer within `timeout` seconds.
    """
    begin = time.perf_counter()
    with (
        TemporaryDirectory() as folder,
        TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
    ):
        try:
            with anyio.fail_after(timeout):
                async with Client(
                    start_server(server, Path(folder), errors), mode="legacy"
                ) as client:
                    tools = (await client.list_tools()).tools
                    took = time.perf_counter() - begin
                    version = client.server_info.version if client.server_info else ""
        except TimeoutError as error:
            raise ServerDoesNotStart(f"no answer within {timeout:g} s") from error
        except (OSError, ExceptionGroup) as error:
            errors.seek(0)
            raise ServerDoesNotStart(_reason(errors.readlines()) or str(error)) from error
    return Handshake(version, len(tools), round(took * 1000))


def _reason(lines: list[str]) -> str:
    """Return the last line, as Python names an error there, or all from uv's `error:` on."""
    written = [line for line in lines if line.strip()]
    begin = next((n for n, line in enumerate(written) if line.startswith("error:")), -1)
    return shown(" ".join(" ".join(written[begin:]).split())[:LONGEST_REASON])
