"""What keeps coasty-mcp from working on this computer, and how to put it right.

It looks and changes nothing. One module for each group of checks: `key`, `network`, `account`,
`machines` and `hosts`; each says what it found as a `Finding`, and whoever asked prints it.
"""

import platform
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from importlib.metadata import version

from ..api.client import Backoff, Coasty, Transport
from ..api.errors import CannotConnect
from ..api.redaction import hide_secret
from ..hosts.host_folders import Computer
from ..server.http_client import connect
from ..server.selection import select
from ..server.token_counts import tokens
from ..server.tool import Tool
from ..settings import Settings, WrongSetting
from ..tools.catalog import TOOLSETS
from .account import ask
from .finding import Finding, failure
from .hosts import try_hosts
from .key import inspect_key
from .machines import left_running
from .network import proxy_to, reach, trusted

__all__ = ["Finding", "examine"]

READING = 10.0
CORRECT = "Correct COASTY_BASE_URL, HTTPS_PROXY or ALL_PROXY."
"""Seconds for an answer."""
ONCE = Backoff(max_attempts=1, timeout=READING + 5)
"""Connecting ends by itself before that, and says why."""


async def examine(flags: Mapping[str, object], computer: Computer) -> AsyncGenerator[Finding]:
    """Each finding as soon as it is known; no key is in any of them."""
    async for finding in _findings(flags, computer):
        yield finding.printable()


async def _findings(flags: Mapping[str, object], computer: Computer) -> AsyncGenerator[Finding]:
    for finding in _program():
        yield finding
    try:
        settings = Settings.read(computer.environment, flags)
        tools = select(TOOLSETS, settings)
    except WrongSetting as error:
        found, fix = str(error).rstrip("."), "coasty-mcp --help says what can be set."
        yield Finding("settings", "fail", found, fix)
    else:
        yield _offer(tools, settings)
        async for finding in _api(settings, computer.environment):
            yield finding
        for finding in left_running(settings):
            yield finding
    for finding in await try_hosts(computer):
        yield finding


def _program() -> Iterator[Finding]:
    yield Finding("version", "ok", f"coasty-mcp {version('coasty-mcp')}")
    yield Finding("python", "ok", f"{platform.python_version()} ({sys.executable})")


def _offer(tools: list[Tool], settings: Settings) -> Finding:
    if not tools:
        fix = "Choose others with --toolsets, --tools, --exclude-tools and --read-only."
        return Finding("tools", "fail", "the settings leave none", fix)
    weight = sum(tokens(tool, local=settings.local) for tool in tools)
    return Finding("tools", "ok", f"{len(tools)} tools, about {weight} tokens")


async def _api(settings: Settings, environment: Mapping[str, str]) -> AsyncGenerator[Finding]:
    """From the key to what the API says about it, as far as one gets."""
    key = inspect_key(settings, environment)
    yield key
    if key.status == "fail":  # what is no key is not sent
        settings = settings.model_copy(update={"api_key": None})
    elif settings.api_key:
        hide_secret(settings.api_key.get_secret_value())
    if not settings.sandbox:
        yield proxy_to(settings.base_url)
        yield (certificates := trusted())
        if certificates.status == "fail":
            return
    try:
        http = connect(settings.model_copy(update={"timeout": READING}))
    except CannotConnect as error:
        yield failure("api", error, CORRECT)
        return
    async with http:
        api = Coasty(Transport(http, ONCE))
        way = [finding async for finding in reach(http, api, settings)]
        for finding in way:
            yield finding
        if "fail" in (key.status, way[0].status):
            return
        async for finding in ask(api):
            yield finding
