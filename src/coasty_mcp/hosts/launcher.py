"""The command that starts this installation of coasty-mcp, and the only place that starts one.

Whatever a configuration says, no other command is started, and with no variables but these; besides
it only the command in the user's own setting that prints their secrets.
"""

import json
import os
import re
import shutil
import signal
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import TextIO, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mcp import StdioServerParameters, stdio_client
from mcp.client import Transport

from .config_entry import ServerCommand

PACKAGE = "coasty-mcp"
PATIENCE = 30.0
"""Seconds for a command that prints secrets: a person may have to unlock them."""
_NETWORK = re.compile(r"(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|UV_\w+", re.IGNORECASE)
_UV_CACHE_FOLDERS = ("archive-v", "builds-v", "environments-v")


def own_command(
    scripts: Path | None = None,
    python: str = sys.executable,
    uvx: str | None = None,
    direct_url: str | None = None,
) -> ServerCommand:
    """Return the command with a whole path: programs with windows have a short PATH.

    It is the installed script, or uvx where uvx runs this process (uv may delete the script's
    folder any time), or else this Python, which then imports nothing from the working folder.
    """
    folder = scripts or Path(sysconfig.get_path("scripts"))
    if any(part.startswith(_UV_CACHE_FOLDERS) for part in folder.parts):
        if direct_url is None:
            direct_url = distribution(PACKAGE).read_text("direct_url.json")
        return ServerCommand(uvx or shutil.which("uvx") or "uvx", _uvx_arguments(direct_url))
    for name in (f"{PACKAGE}.exe", PACKAGE):
        if (folder / name).exists():
            return ServerCommand(str(folder / name))
    return ServerCommand(python, ("-P", "-m", "coasty_mcp"))


def _uvx_arguments(direct_url: str | None) -> tuple[str, ...]:
    """Return the arguments with which uvx runs the package from where it was installed from.

    `direct_url` is the content of direct_url.json (PEP 610), which only packages have that do not
    come from an index.
    """
    if not direct_url:
        return (PACKAGE,)
    origin: dict[str, object] = json.loads(direct_url)
    url = str(origin["url"])
    if url.startswith("file:"):
        url = url2pathname(urlsplit(url).path)
    if version_control := cast("Mapping[str, str]", origin.get("vcs_info", {})):
        url = f"{version_control['vcs']}+{url}@{version_control['commit_id']}"
    if folder := origin.get("subdirectory"):
        url = f"{url}#subdirectory={folder}"
    return ("--from", url, PACKAGE)


def start_server(server: ServerCommand, folder: Path, errors: TextIO = sys.stderr) -> Transport:
    """Return the transport to a new process, in a folder, with the PATH of a windowed program.

    Of this process's variables it gets HOME and what else the SDK holds to be safe, and those with
    which uvx reaches its index; no key.
    """
    passed_on = {name: text for name, text in os.environ.items() if _NETWORK.fullmatch(name)}
    parameters = StdioServerParameters(
        command=server.command,
        args=list(server.arguments),
        env=passed_on if sys.platform == "win32" else {**passed_on, "PATH": os.defpath},
        cwd=folder,
    )
    return stdio_client(parameters, errlog=errors)


def output_of(command: list[str], most: int, patience: float = PATIENCE) -> bytes:
    """Return what a command prints, up to so many bytes; it gets no variable of ours.

    Raises:
        OSError: it cannot be started, fails, or takes longer.
    """
    variables = {name: text for name, text in os.environ.items() if not name.startswith("COASTY_")}
    with Popen(  # noqa: S603 - the user set it for this
        command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=variables, start_new_session=True
    ) as process:
        alarm = Timer(patience, _end, [process])
        alarm.start()
        try:
            printed = process.stdout.read(most) if process.stdout else b""
            if len(printed) == most:
                _end(process)
            code = process.wait()
            timed_out = alarm.finished.is_set()
        finally:
            alarm.cancel()
            if process.poll() is None:
                _end(process)
    if timed_out:
        raise TimeoutError(f"it took longer than {patience:g} s")
    if code and len(printed) < most:
        raise OSError(f"it ended with exit code {code}")
    return printed


def _end(process: Popen[bytes]) -> None:
    """Kill a process, and those that it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
