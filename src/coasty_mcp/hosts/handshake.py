"""Starts the server as a host does, and lists its tools over MCP."""

import os
import sys
import time
from tempfile import TemporaryFile
from typing import NamedTuple

import anyio
from mcp import Client, StdioServerParameters, stdio_client

from .config_entry import LaunchCommand

START_TIMEOUT = 30
"""Seconds; Claude Code waits as long for a server, and most hosts longer."""


class ServerDoesNotStart(Exception):
    """Why the server does not start: its last line on stderr, or what the system says."""


class Handshake(NamedTuple):
    """What a server said of itself, and how long it took from its start to its list of tools."""

    version: str
    tools: int
    milliseconds: int


async def perform_handshake(launch_command: LaunchCommand) -> Handshake:
    """Start a server with the environment of a program with windows: a short PATH, a home folder.

    Raises:
        ServerDoesNotStart: It ended, or gave no answer within `START_TIMEOUT` seconds.
    """
    path = {} if sys.platform == "win32" else {"PATH": os.defpath}
    server = StdioServerParameters(
        command=launch_command.command, args=launch_command.args, env=path | launch_command.env
    )
    started = time.perf_counter()
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            with anyio.fail_after(START_TIMEOUT):
                async with Client(stdio_client(server, errlog=log), mode="legacy") as client:
                    tools = (await client.list_tools()).tools
                    took = time.perf_counter() - started
                    version = client.server_info.version if client.server_info else ""
        except TimeoutError as error:
            raise ServerDoesNotStart(f"no answer within {START_TIMEOUT} s") from error
        except (OSError, ExceptionGroup) as error:
            log.seek(0)
            *_, last = [str(error), *filter(None, map(str.strip, log))]
            raise ServerDoesNotStart(last) from error
    return Handshake(version, len(tools), round(took * 1000))
