"""The hosts whose configuration has coasty: whether each can start it."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, cast

import anyio
from pydantic import ValidationError

from ..hosts.catalogue import HOSTS
from ..hosts.config_entry import Entry, LaunchCommand, launch_command
from ..hosts.config_file import read_document
from ..hosts.formats import FORMATS, get
from ..hosts.handshake import ServerDoesNotStart, perform_handshake
from ..hosts.host import Host, HostConfigError, InvalidDocument
from ..hosts.host_folders import UserEnvironment
from .finding import Finding, Status

START_TIMEOUT = 10
"""Seconds for each server."""
STARTED_AT_ONCE = 4
"""More of them would slow each other down until they look broken."""


class HostFile(NamedTuple):
    """A configuration file of a host, which exists."""

    host: Host
    path: Path

    def finding(self, status: Status, found: str, fix: str = "") -> Finding:
        return Finding(self.host.name, status, f"{self.path} {found}", fix)

    def entry(self) -> Entry | None:
        """Return our entry in it; raises `InvalidDocument` and `HostConfigError`."""
        content = FORMATS[self.host.format].read(read_document(self.path).text)
        for path in filter(None, (self.host.newer_entry_path, self.host.entry_path)):
            entry = get(content, path)
            if isinstance(entry, dict):
                return cast("Entry", entry)
        return None


async def check_hosts(user: UserEnvironment) -> list[Finding]:
    """Return a finding for each file with coasty in it, or one for all if there is none."""
    limiter = anyio.CapacityLimiter(STARTED_AT_ONCE)
    files = list(_files(user))
    findings: dict[Path, Finding] = {}

    async def examine(file: HostFile) -> None:
        async with limiter:
            if finding := await _check(file, user):
                findings[file.path] = finding

    async with anyio.create_task_group() as tasks:
        for file in files:
            tasks.start_soon(examine, file)
    in_order = [findings[file.path] for file in files if file.path in findings]
    return in_order or [_no_host(user)]


def _files(user: UserEnvironment) -> Iterator[HostFile]:
    for host in HOSTS:
        paths = [*user.files(host, "user"), *user.files(host, "project")]
        yield from (HostFile(host, path) for path in dict.fromkeys(paths) if path.exists())


async def _check(file: HostFile, user: UserEnvironment) -> Finding | None:
    try:
        entry = file.entry()
    except (InvalidDocument, HostConfigError) as error:
        why = str(error).rstrip(".")
        return file.finding("warn", f"cannot be read: {why}", "Correct it: its host needs it too.")
    if entry is None:
        return None
    try:
        launch = launch_command(file.host, entry, user.variables)
    except (KeyError, ValidationError):
        fix = f"Unless that is meant, coasty-mcp install {file.host.name} adds one."
        return file.finding("warn", "has coasty without a command that could be tried", fix)
    return await _start(file, launch)


async def _start(file: HostFile, launch: LaunchCommand) -> Finding:
    fix = f"coasty-mcp install {file.host.name} writes it anew."
    try:
        with anyio.fail_after(START_TIMEOUT):
            handshake = await perform_handshake(launch)
    except TimeoutError:
        return file.finding("fail", f"does not start within {START_TIMEOUT} s", fix)
    except ServerDoesNotStart as error:
        return file.finding("fail", f"does not start: {str(error).rstrip('.')}", fix)
    found = f"starts: {handshake.tools} tools, {handshake.milliseconds} ms"
    if handshake.version != (own := version("coasty-mcp")):
        return file.finding("warn", f"{found}, but version {handshake.version}, not {own}", fix)
    return file.finding("ok", found)


def _no_host(user: UserEnvironment) -> Finding:
    found = ", ".join(host.name for host in HOSTS if user.has(host)) or "none"
    fix = "coasty-mcp install HOST adds it."
    return Finding("hosts", "warn", f"none has coasty (on this computer: {found})", fix)
