"""A person's user to install on, with a host's own file on it."""

import sys
from pathlib import Path

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import install, uninstall
from coasty_mcp.hosts.config_entry import ServerCommand
from coasty_mcp.hosts.host import Host, Platform, Scope
from coasty_mcp.hosts.host_folders import UserEnvironment

SAMPLES = Path(__file__).parents[1] / "hosts" / "samples"
TINY = ServerCommand(sys.executable, (str(SAMPLES / "tiny_server.py"),))


class Person:
    """Someone with a host, who runs our commands."""

    def __init__(self, home: Path, platform: Platform = "linux", **environment: str) -> None:
        self.user = UserEnvironment(platform, home, home / "project", environment)

    def file(self, host: Host, scope: Scope = "user") -> Path:
        return self.user.files(host, scope)[0]

    def has(self, host: Host, content: bytes) -> Path:
        file = self.file(host)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def installs(
        self,
        host: Host,
        server: ServerCommand = TINY,
        scope: Scope = "user",
        *,
        dry_run: bool = False,
    ) -> str:
        lines = install(host.name, server, self.user, scope, dry_run=dry_run)
        return "\n".join(lines)

    def uninstalls(self, host: Host, scope: Scope = "user", *, dry_run: bool = False) -> str:
        return "\n".join(uninstall(host.name, self.user, scope, dry_run=dry_run))


def sample(host: Host) -> bytes:
    """A file as people have it."""
    [file] = SAMPLES.glob(f"{host.name}.*")
    return file.read_bytes()


def named(name: str) -> Host:
    return next(host for host in HOSTS if host.name == name)
