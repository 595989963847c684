"""`coasty-mcp doctor`: finds what keeps coasty-mcp from working here, and how to mend it.

It changes nothing. One module for each group of checks: `api` with `key`, `proxy`, `network` and
`account`, then `machines` and `hosts`. Each yields a `Finding`; `cli` prints them.
"""

import platform
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from importlib.metadata import version

from ..hosts.config_entry import ServerCommand
from ..hosts.host_folders import UserEnvironment
from ..hosts.own_command import own_command
from ..server.selection import select
from ..server.token_counts import tokens
from ..server.tool import Tool
from ..settings import Settings, WrongSetting
from ..tools.catalog import TOOLSETS
from .api import check_api
from .finding import Finding
from .hosts import check_hosts
from .machines import check_machines

__all__ = ["Finding", "examine"]


async def examine(
    flags: Mapping[str, object], user: UserEnvironment, own: ServerCommand | None = None
) -> AsyncGenerator[Finding]:
    """Yield each finding as soon as it is known; no key is in any of them.

    `own` is the command of this installation, the only one that is started.
    """
    async for finding in _findings(flags, user, own or own_command()):
        yield finding.printable()


async def _findings(
    flags: Mapping[str, object], user: UserEnvironment, own: ServerCommand
) -> AsyncGenerator[Finding]:
    for finding in _check_versions():
        yield finding
    try:
        settings = Settings.read(user.variables, flags)
        tools = select(TOOLSETS, settings)
    except WrongSetting as error:
        found, fix = str(error).rstrip("."), "coasty-mcp --help says what can be set."
        yield Finding("settings", "fail", found, fix)
    else:
        yield _check_tools(tools, settings)
        async for finding in check_api(settings, user.variables):
            yield finding
        for finding in check_machines(settings):
            yield finding
    for finding in await check_hosts(user, own):
        yield finding


def _check_versions() -> Iterator[Finding]:
    yield Finding("version", "ok", f"coasty-mcp {version('coasty-mcp')}")
    yield Finding("python", "ok", f"{platform.python_version()} ({sys.executable})")


def _check_tools(tools: list[Tool], settings: Settings) -> Finding:
    if not tools:
        fix = "Choose others with --toolsets, --tools, --exclude-tools and --read-only."
        return Finding("tools", "fail", "the settings leave none", fix)
    weight = sum(tokens(tool, local=settings.local) for tool in tools)
    return Finding("tools", "ok", f"{len(tools)} tools, about {weight} tokens")
