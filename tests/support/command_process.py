"""The installed command, as a process of its own."""

import os
import re
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, CompletedProcess, Popen, run
from typing import IO

COMMAND = str(Path(sys.executable).with_name("coasty-mcp"))


def environment(**variables: str) -> dict[str, str]:
    """This process's, but for what would change what coasty-mcp does or how it prints."""
    ours = re.compile(r"COASTY_|FORCE_COLOR$|TTY_|COLUMNS$")
    return {name: text for name, text in os.environ.items() if not ours.match(name)} | variables


def coasty_mcp(*arguments: str, cwd: Path | None = None, **variables: str) -> CompletedProcess[str]:
    """Run it to its end."""
    return run(
        [COMMAND, *arguments],
        cwd=cwd,
        env=environment(**variables),
        stdin=DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Listening:
    url: str
    output: IO[str]
    """What it prints after the URL."""


@contextmanager
def listening(*arguments: str, program: Sequence[str] = (COMMAND,)) -> Generator[Listening]:
    """It serves on a free port until it is told to end, and then does so."""
    command = [*program, *arguments, "--port", "0"]
    with Popen(command, stdout=PIPE, stderr=STDOUT, text=True, env=environment()) as server:
        assert server.stdout
        try:
            first = server.stdout.readline()
            url = re.search(r"http://\S+", first)
            assert url, first + server.stdout.read()
            yield Listening(url[0], server.stdout)
        finally:
            server.terminate()
    assert server.returncode == 0
