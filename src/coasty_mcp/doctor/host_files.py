"""The files of hosts in which coasty is entered, and the finding where there are none."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..hosts.catalogue import HOSTS
from ..hosts.config_file import read_document
from ..hosts.errors import shown
from ..hosts.host import Host, Scope
from ..hosts.host_document import find_entry
from ..hosts.host_folders import UserEnvironment
from .finding import Finding, Status


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


def files_with_coasty(user: UserEnvironment) -> Iterator[HostFile]:
    scopes: tuple[Scope, ...] = ("user", "project")
    for host in HOSTS:
        found: dict[Path, HostFile] = {}
        for scope in scopes:
            for path in user.files(host, scope):  # at home, both scopes may have the same
                found.setdefault(path, HostFile(host, scope, path))
        yield from found.values()


def no_host(user: UserEnvironment) -> Finding:
    found = ", ".join(host.name for host in HOSTS if user.has(host)) or "none"
    fix = "coasty-mcp install HOST adds it."
    return Finding("hosts", "warn", f"none has coasty (on this computer: {found})", fix)
