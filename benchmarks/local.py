"""This computer's own screen, beside cua-driver: `uv run python -m benchmarks.local`.

Both control one Xtigervnc with an xterm on it, and take turns: each looks, clicks, moves and types,
over stdio. What reaches the terminal is compared with what was typed.
"""

import os
import random
import string
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

from .wire import Json, Server, result, running

X_SERVER = (
    "Xtigervnc -displayfd 1 -depth 24 -rfbport -1 -SecurityTypes None -nolisten tcp -geometry"
)
TERMINAL = "xterm -geometry 140x45+100+100 -e sh -c"
CHARACTERS = 50
KINDS = string.ascii_letters + string.digits + string.punctuation + " "
PATIENCE = 2
"""Seconds in which what was typed has to reach the terminal."""
CLICK_PAUSE = 0.3
"""Seconds after which xterm takes a click for a new one: double and triple ones select."""
TARGET, STRETCH = 0.5, 0.25
VARIABLES = {
    "COASTY_SANDBOX": "true",
    "COASTY_TOOLSETS": "local",
    "COASTY_ALLOW_LOCAL_CONTROL": "true",
    "CUA_DRIVER_RS_TELEMETRY_ENABLED": "false",
    "CUA_DRIVER_RS_UPDATE_CHECK": "false",
}
Figures = dict[str, float]
"""Milliseconds, by what was done."""


class Driver(NamedTuple):
    command: list[str]
    looks: str
    """Its tool that looks."""
    call: Callable[[str, Json], tuple[str, Json]]
    """Returns the tool and the arguments for a click, move or type_text and its parameters."""
    row: int
    """Where it clicks; cua-driver draws a pointer of its own where it was."""

    def look(self, server: Server) -> float:
        """Return the milliseconds until the picture is there."""
        return milliseconds(server, self.looks)

    def act(self, server: Server, action: str, **parameters: object) -> float:
        """Return the milliseconds until it is done."""
        tool, arguments = self.call(action, parameters)
        return milliseconds(server, tool, **arguments)


OURS = Driver(
    [sys.executable, "-m", "coasty_mcp"],
    "coasty_look_at_screen",
    lambda action, params: ("coasty_do_on_screen", {"action_type": action, "params": params}),
    300,
)
CUA_DRIVER = Driver(
    [sys.executable, "-m", "cua_driver", "mcp"],
    "get_desktop_state",
    lambda action, params: (
        {"move": "move_cursor"}.get(action, action),
        {**params, "scope": "desktop"},
    ),
    200,
)
DRIVERS = (OURS, CUA_DRIVER)


def milliseconds(server: Server, tool: str, **arguments: object) -> float:
    """Return the milliseconds of a call until its answer is here, which has to be no error."""
    started = time.perf_counter()
    server.send("tools/call", name=tool, arguments=arguments)
    answer = server.receive()
    took = 1000 * (time.perf_counter() - started)
    assert not result(answer).get("isError"), answer[:500]
    return took


class Terminal:
    """An xterm, and what it was sent."""

    def __init__(self, read: Path) -> None:
        self._read, self._known = read, 0

    def received(self, length: int) -> str:
        """Return what came since the last time, once it is that long or patience ends."""
        deadline = time.monotonic() + PATIENCE
        while self._read.stat().st_size < self._known + length and time.monotonic() < deadline:
            time.sleep(0.01)
        new = self._read.read_text()[self._known :]
        self._known += len(new)
        return new


@contextmanager
def screen(size: str, folder: Path) -> Generator[tuple[str, Terminal]]:
    """Run an X server with a terminal in it; yield its DISPLAY and the terminal."""
    read = folder / "read"
    with ExitStack() as stack:
        server = stack.enter_context(Popen([*X_SERVER.split(), size], stdout=PIPE, stderr=DEVNULL))
        stack.callback(server.terminate)
        assert server.stdout
        display = f":{server.stdout.readline().decode().strip()}"
        command = [*TERMINAL.split(), f"stty raw -echo; cat > {read}"]
        xterm = stack.enter_context(Popen(command, env={**os.environ, "DISPLAY": display}))
        stack.callback(xterm.kill)
        while not read.exists():
            time.sleep(0.05)
        yield display, Terminal(read)


def measured(driver: Driver, server: Server, terminal: Terminal, number: int) -> Figures:
    """Measure a round."""
    text = "".join(random.Random(number).choices(KINDS, k=CHARACTERS))
    look, move = driver.look(server), driver.act(server, "move", x=500 + number, y=driver.row)
    typing = driver.act(server, "type_text", text=text)
    assert terminal.received(CHARACTERS) == text, driver.command
    time.sleep(CLICK_PAUSE)
    click = driver.act(server, "click", x=300 + number, y=driver.row)
    return {"look": look, "click": click, "move": move, f"type {CHARACTERS} characters": typing}


def table(ours: list[Figures], theirs: list[Figures]) -> str:
    lines = [
        "| figure, ms | ours | cua-driver | ratio | target | stretch | met |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in ours[0]:
        own, other = (median(figures[name] for figures in each) for each in (ours, theirs))
        ratio = own / other
        met = "stretch" if ratio <= STRETCH else "yes" if ratio <= TARGET else "no"
        limits = f"at most {TARGET}x | {STRETCH}x"
        lines.append(f"| {name} | {own:.1f} | {other:.1f} | {ratio:.2f}x | {limits} | {met} |")
    return "\n".join(lines)


@click.command()
@click.option("--rounds", default=25, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Of the screen, in pixels.")
def main(rounds: int, size: str) -> None:
    """Measure, and say of each target whether it is met."""
    if not find_spec("cua_driver"):
        missing = "cua-driver is missing: uv pip install -r benchmarks/requirements.txt"
        raise click.ClickException(missing)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        display, terminal = stack.enter_context(screen(size, Path(folder)))
        variables = {**VARIABLES, "PATH": os.environ["PATH"], "HOME": folder, "DISPLAY": display}
        servers = [stack.enter_context(running(each.command, variables)) for each in DRIVERS]
        found: list[list[Figures]] = []
        for number in range(rounds + 1):
            pairs = zip(DRIVERS, servers, strict=True)
            found.append([measured(*pair, terminal, number) for pair in pairs])
    del found[0]  # what is loaded when it is first used
    ours, theirs = map(list, zip(*found, strict=True))
    about = f"{size}, {rounds} rounds, load {os.getloadavg()[0]:.1f}"
    print(f"{about}; cua-driver {version('cua-driver')}\n\n{table(ours, theirs)}")


if __name__ == "__main__":
    main()
