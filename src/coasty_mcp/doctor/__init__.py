"""`coasty-mcp doctor`: finds what keeps coasty-mcp from working here, and how to mend it.

It changes nothing. One module for each group of checks: `key`, `network`, `account`, `machines`
and `hosts`. Each yields a `Finding`; `cli` prints them.
"""

import platform
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from importlib.metadata import version

from ..api.client import Backoff, Coasty, Transport
from ..api.errors import CannotConnect
from ..api.redaction import hide_secret
from ..hosts.config_entry import ServerCommand
from ..hosts.host_folders import UserEnvironment
from ..hosts.launcher import own_command
from ..server.http_client import connect
from ..server.selection import select
from ..server.token_counts import tokens
from ..server.tool import Tool
from ..settings import Settings, WrongSetting
from ..tools.catalog import TOOLSETS
from .account import check_account
from .finding import Finding, failed
from .hosts import check_hosts
from .key import check_key
from .machines import check_machines
from .network import check_certificates, check_connection, check_proxy

__all__ = ["Finding", "examine"]

ANSWER_TIMEOUT = 10.0
"""Seconds for an answer of the API."""
ONE_ATTEMPT = Backoff(max_attempts=1, timeout=ANSWER_TIMEOUT + 5)
"""Longer than the timeout of a connection, which says what failed."""
CORRECT_ADDRESS = "Correct COASTY_BASE_URL, HTTPS_PROXY or ALL_PROXY."


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
        async for finding in _check_api(settings, user.variables):
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


async def _check_api(settings: Settings, variables: Mapping[str, str]) -> AsyncGenerator[Finding]:
    """Check the key, the connection and the account, as far as each allows the next."""
    key = check_key(settings, variables)
    yield key
    if key.status == "fail":  # never sent
        settings = settings.model_copy(update={"api_key": None})
    elif settings.api_key:
        hide_secret(settings.api_key.get_secret_value())
    if not settings.sandbox:
        yield check_proxy(settings.base_url)
        yield (certificates := check_certificates())
        if certificates.status == "fail":
            return
    try:
        http = connect(settings.model_copy(update={"timeout": ANSWER_TIMEOUT}))
    except CannotConnect as error:
        yield failed("api", error, CORRECT_ADDRESS)
        return
    async with http:
        api = Coasty(Transport(http, ONE_ATTEMPT))
        connection = [finding async for finding in check_connection(http, api, settings)]
        for finding in connection:
            yield finding
        if "fail" in (key.status, connection[0].status):
            return
        async for finding in check_account(api):
            yield finding
