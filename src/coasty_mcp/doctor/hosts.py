"""The hosts that are told about coasty, each tried with its own launch line."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, cast

import anyio
from pydantic import ValidationError

from ..hosts.catalogue import HOSTS
from ..hosts.config_entry import Block, Launch, launch
from ..hosts.config_file import read
from ..hosts.formats import FORMATS, get
from ..hosts.handshake import DoesNotStart, shake_hands
from ..hosts.host import Broken, CannotInstall, Host
from ..hosts.host_folders import Computer
from .finding import Finding, Status

PATIENCE = 10  # seconds for each
AT_ONCE = 4
"""More of them would slow each other down until they look broken."""


class Place(NamedTuple):
    """A file in which a host looks for coasty."""

    host: Host
    file: Path

    def says(self, status: Status, found: str, fix: str = "") -> Finding:
        return Finding(self.host.name, status, f"{self.file} {found}", fix)

    def block(self) -> Block | None:
        """Our block in it."""
        content = FORMATS[self.host.format].read(read(self.file).text)
        for path in filter(None, (self.host.newer_path, self.host.path)):
            block = get(content, path)
            if isinstance(block, dict):
                return cast("Block", block)
        return None


async def try_hosts(computer: Computer) -> list[Finding]:
    """One finding for each file with coasty in it, or one for all if there is none."""
    limiter = anyio.CapacityLimiter(AT_ONCE)
    places = list(_places(computer))
    findings: dict[Path, Finding] = {}

    async def examine(place: Place) -> None:
        async with limiter:
            if finding := await _finding(place, computer):
                findings[place.file] = finding

    async with anyio.create_task_group() as tasks:
        for place in places:
            tasks.start_soon(examine, place)
    in_order = [findings[place.file] for place in places if place.file in findings]
    return in_order or [_nobody(computer)]


def _places(computer: Computer) -> Iterator[Place]:
    for host in HOSTS:
        files = [*computer.files(host, "user"), *computer.files(host, "project")]
        yield from (Place(host, file) for file in dict.fromkeys(files) if file.exists())


async def _finding(place: Place, computer: Computer) -> Finding | None:
    try:
        block = place.block()
    except (Broken, CannotInstall) as error:
        why = str(error).rstrip(".")
        return place.says("warn", f"cannot be read: {why}", "Correct it: its host needs it too.")
    if block is None:
        return None
    try:
        line = launch(place.host, block, computer.environment)
    except (KeyError, ValidationError):
        fix = f"Unless that is meant, coasty-mcp install {place.host.name} adds one."
        return place.says("warn", "has coasty without a command that could be tried", fix)
    return await _tried(place, line)


async def _tried(place: Place, line: Launch) -> Finding:
    fix = f"coasty-mcp install {place.host.name} writes it anew."
    try:
        with anyio.fail_after(PATIENCE):
            shaken = await shake_hands(line)
    except TimeoutError:
        return place.says("fail", f"does not start within {PATIENCE} s", fix)
    except DoesNotStart as error:
        return place.says("fail", f"does not start: {str(error).rstrip('.')}", fix)
    found = f"starts: {shaken.tools} tools, {shaken.milliseconds} ms"
    if shaken.version != (own := version("coasty-mcp")):
        return place.says("warn", f"{found}, but version {shaken.version}, not {own}", fix)
    return place.says("ok", found)


def _nobody(computer: Computer) -> Finding:
    found = ", ".join(host.name for host in HOSTS if computer.has(host)) or "none"
    fix = "coasty-mcp install HOST adds it."
    return Finding("hosts", "warn", f"none has coasty (on this computer: {found})", fix)
