"""The hosts whose configuration has coasty: whether each starts this installation of it.

A configuration may come from a stranger, in the folder of a project above all. So no command of one
is started: it is compared with our own, which is started once for all of them.
"""

import shlex
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, cast

from ..api.untrusted import quoted
from ..hosts.catalogue import BY_NAME, HOSTS
from ..hosts.config_entry import Entry, Launch, ServerCommand, read_launch
from ..hosts.config_file import read_document
from ..hosts.handshake import ServerDoesNotStart, perform_handshake
from ..hosts.host import Host, HostConfigError, InvalidDocument, Scope, shown
from ..hosts.host_document import find_entry
from ..hosts.host_folders import UserEnvironment
from .finding import Finding, Status
from .pictures import check_pictures

START_TIMEOUT = 10.0
"""Seconds."""
LONGEST_QUOTATION = 300
"""Characters of a command line, and of what else is in an entry."""


class HostFile(NamedTuple):
    """A configuration file of a host, which exists."""

    host: Host
    scope: Scope
    path: Path

    def finding(self, status: Status, found: str, fix: str = "") -> Finding:
        return Finding(self.host.name, status, f"{shown(self.path)} {found}", fix)

    @property
    def install_command(self) -> str:
        scope = " --scope project" if self.scope == "project" else ""
        return f"coasty-mcp install {self.host.name}{scope}"

    def entry(self) -> object:
        """Return our entry in it, or None; raises `InvalidDocument` and `HostConfigError`."""
        document = read_document(self.path)
        return find_entry(self.host, document.text) if document else None


class OwnServer:
    """This installation of the server, which is started when the first entry names it."""

    def __init__(self, command: ServerCommand, path: str | None) -> None:
        self.command = command
        self.path = path
        self._start: tuple[Status, str] | None = None

    @property
    def has_started(self) -> bool:
        return self._start is not None and self._start[0] != "fail"

    async def start(self) -> tuple[Status, str]:
        """Return how it starts, in words."""
        if not self._start:
            self._start = await _try_to_start(self.command)
        return self._start


async def check_hosts(user: UserEnvironment, command: ServerCommand) -> list[Finding]:
    """Return a finding for each file with coasty in it, or one for all if there is none.

    Where our server has started, pictures are tried too.
    """
    own = OwnServer(command, user.variables.get("PATH"))
    checked = [(file.host, await _check(file, own)) for file in _files(user)]
    findings = [finding for _, finding in checked if finding]
    if not findings:
        return [_no_host(user)]
    if own.has_started:
        hosts = dict.fromkeys(host.name for host, finding in checked if finding)
        findings += await check_pictures(command, [BY_NAME[name] for name in hosts])
    return findings


def _files(user: UserEnvironment) -> Iterator[HostFile]:
    scopes: tuple[Scope, ...] = ("user", "project")
    for host in HOSTS:
        found: dict[Path, HostFile] = {}
        for scope in scopes:
            for path in user.files(host, scope):  # at home, both scopes may have the same
                found.setdefault(path, HostFile(host, scope, path))
        yield from found.values()


async def _check(file: HostFile, own: OwnServer) -> Finding | None:
    try:
        entry = file.entry()
    except HostConfigError as error:
        found, fix = str(error).rstrip("."), "Correct it: its host needs it too."
        return Finding(file.host.name, "warn", found, fix)
    except InvalidDocument as error:
        found = f"cannot be read: {shown(error)}"
        return file.finding("warn", found, "Correct it: its host needs it too.")
    if entry is None:
        return None
    has_fields = isinstance(entry, dict)
    launch = read_launch(file.host, cast("Entry", entry), own.command) if has_fields else None
    if not launch:
        fix = f"Unless that is meant, {file.install_command} adds one."
        return file.finding("warn", "has coasty without a command that could be tried", fix)
    if not launch.is_own(own.command, own.path):
        return _foreign(file, launch, own)
    return _own(file, launch, *await own.start())


def _foreign(file: HostFile, launch: Launch, own: OwnServer) -> Finding:
    """Show a command that we would not write. It is not run."""
    command = quoted(shlex.join(launch.words), LONGEST_QUOTATION)
    if not shutil.which(launch.words[0], path=own.path):
        fix = f"{file.install_command} writes it anew."
        return file.finding("fail", f"starts {command}, which is not there", fix)
    fix = f"Unless that is meant, {file.install_command} writes this one's command."
    found = f"starts another command than this installation's, so it was not tried: {command}"
    return file.finding("warn", found, fix)


def _own(file: HostFile, launch: Launch, status: Status, found: str) -> Finding:
    fix = f"{file.install_command} writes it anew."
    if launch.additions:
        others = quoted(", ".join(launch.additions), LONGEST_QUOTATION)
        found = f"{found}; not tried with what else is in it: {others}"
        if file.scope == "project" and status == "ok":
            status = "warn"
    return file.finding(status, found, "" if status == "ok" else fix)


async def _try_to_start(command: ServerCommand) -> tuple[Status, str]:
    try:
        handshake = await perform_handshake(command, START_TIMEOUT)
    except ServerDoesNotStart as error:
        return "fail", f"does not start: {str(error).rstrip('.')}"
    found = f"starts: {handshake.tools} tools, {handshake.milliseconds} ms"
    if handshake.version != (own := version("coasty-mcp")):
        return "warn", f"{found}, but version {shown(handshake.version)}, not {own}"
    return "ok", found


def _no_host(user: UserEnvironment) -> Finding:
    found = ", ".join(host.name for host in HOSTS if user.has(host)) or "none"
    fix = "coasty-mcp install HOST adds it."
    return Finding("hosts", "warn", f"none has coasty (on this computer: {found})", fix)
