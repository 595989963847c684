"""Starts this installation of coasty-mcp: the only place that starts a command.

Whatever a configuration says, no other command is started, and with no variables but these; besides
it only the command in the user's own setting that prints their secrets.
"""

import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import TextIO

from mcp import StdioServerParameters, stdio_client
from mcp.client import Transport

from .config_entry import ServerCommand

PATIENCE = 30.0
"""Seconds for a command that prints secrets: a person may have to unlock them."""
_NETWORK = re.compile(r"(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|UV_\w+", re.IGNORECASE)


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
        try:  # at once: what interrupts us must end the process too
            printed, code, timed_out = _ended(process, most, patience)
        finally:
            if process.poll() is None:
                _end(process)
    if timed_out:
        raise TimeoutError(f"it took longer than {patience:g} s")
    if code and len(printed) < most:
        raise OSError(f"it ended with exit code {code}")
    return printed


def _ended(process: Popen[bytes], most: int, patience: float) -> tuple[bytes, int, bool]:
    """Return what it has printed, its exit code, and whether it took longer than it may."""
    alarm = Timer(patience, _end, [process])
    try:
        alarm.start()
        printed = process.stdout.read(most) if process.stdout else b""
        if len(printed) == most:
            _end(process)
        return printed, process.wait(), alarm.finished.is_set()
    finally:
        alarm.cancel()


def _end(process: Popen[bytes]) -> None:
    """Kill a process, and those that it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
