"""Starts what a host was told to start, with little around it, and shakes hands with it."""

import os
import sys
import time
from tempfile import TemporaryFile
from typing import NamedTuple

import anyio
from mcp import Client, StdioServerParameters, stdio_client

from .config_entry import Launch

PATIENCE = 30
"""Seconds; Claude Code waits as long for a server, and most hosts longer."""


class DoesNotStart(Exception):
    """The last thing that the server said, or what the system says."""


class Handshake(NamedTuple):
    version: str
    tools: int
    milliseconds: int


async def shake_hands(launch: Launch) -> Handshake:
    """Start it with a home folder and the PATH of a desktop program."""
    path = {} if sys.platform == "win32" else {"PATH": os.defpath}
    server = StdioServerParameters(command=launch.command, args=launch.args, env=path | launch.env)
    begin = time.perf_counter()
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            with anyio.fail_after(PATIENCE):
                async with Client(stdio_client(server, errlog=log), mode="legacy") as client:
                    tools = (await client.list_tools()).tools
                    took = time.perf_counter() - begin
                    version = client.server_info.version if client.server_info else ""
        except TimeoutError as error:
            raise DoesNotStart(f"no answer within {PATIENCE} s") from error
        except (OSError, ExceptionGroup) as error:
            log.seek(0)
            *_, last = [str(error), *filter(None, map(str.strip, log))]
            raise DoesNotStart(last) from error
    return Handshake(version, len(tools), round(took * 1000))
