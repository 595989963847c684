"""The hosts whose configuration has coasty: whether each starts this installation of it.

A configuration may come from a stranger, in the folder of a project above all. So no command of one
is started: it is compared with our own, which is started once for all of them.
"""

import shlex
import shutil
from typing import cast

from ..api.untrusted import quoted
from ..hosts.catalogue import BY_NAME
from ..hosts.config_entry import Entry, ServerCommand
from ..hosts.errors import HostConfigError, InvalidDocument, shown
from ..hosts.host_folders import UserEnvironment
from ..hosts.launch import Launch, read_launch
from .finding import Finding, Status
from .host_files import HostFile, files_with_coasty, no_host
from .own_server import OwnServer
from .pictures import check_pictures

LONGEST_QUOTATION = 300
"""Characters of a command line, and of what else is in an entry."""


async def check_hosts(user: UserEnvironment, command: ServerCommand) -> list[Finding]:
    """Return a finding for each file with coasty in it, or one for all if there is none.

    Where our server has started, pictures are tried too.
    """
    own = OwnServer(command, user.variables.get("PATH"))
    checked = [(file.host, await _check(file, own)) for file in files_with_coasty(user)]
    findings = [finding for _, finding in checked if finding]
    if not findings:
        return [no_host(user)]
    if own.has_started:
        hosts = dict.fromkeys(host.name for host, finding in checked if finding)
        findings += await check_pictures(command, [BY_NAME[name] for name in hosts])
    return findings


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
