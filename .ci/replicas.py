"""Two replicas behind nginx over one sandbox, while one of them is replaced and then killed."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from httpx2 import AsyncClient, HTTPError, Response
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from support.command_process import COMMAND, environment
from support.mcp_client import Era, structured, text

CALLS, FEW = 2000, 400
CALLERS = 8
REMOTELY = ("--transport", "streamable-http", "--allow-remote", "--allowed-host", "127.0.0.1")
LOOK, ACT = "coasty_take_machine_screenshot", "coasty_execute_machine_action"


def nginx() -> str:
    """Return the path of nginx; it is installed from Debian's packages if that may be done."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "-y", "-q", "nginx-light"]
        subprocess.run(command, check=False, capture_output=True)
        found = shutil.which("nginx", path="/usr/sbin")
    if not found:
        print("replicas: skipped, nginx is not there.")
        sys.exit(0)
    return found


@contextmanager
def started(*command: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run the command, and yield the process and the port that it prints."""
    variables = environment(COASTY_REQUEST_STATE_KEY="replicas-share-this-secret-with-all")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [COMMAND, *command], env=variables, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        port = re.search(r"127\.0\.0\.1:(\d+)", line)
        assert port, line
        try:
            yield process, port[1]
        finally:
            process.terminate()


@contextmanager
def balancer(*replicas: str) -> Generator[str]:
    """Run nginx in front of the replicas' ports, and yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with TemporaryDirectory() as folder:
        conf = Path("deploy/nginx.conf").read_text()
        for written, real in zip(("8001", "8002", "8000"), (*replicas, port), strict=True):
            conf = conf.replace(f"127.0.0.1:{written}", f"127.0.0.1:{real}")
        (Path(folder) / "nginx.conf").write_text(conf)
        command = [nginx(), "-p", folder, "-c", "nginx.conf", "-g", "daemon off;"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                while not _reachable(int(port)):
                    time.sleep(0.05)
                yield f"http://127.0.0.1:{port}/mcp"
            finally:
                process.terminate()


def _reachable(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Round:
    """What happened to a number of calls."""

    calls: int = 0
    across: int = 0
    """Clicks on a screenshot that another replica had taken."""
    replicas: Counter[str] = field(default_factory=Counter[str])
    failures: list[str] = field(default_factory=list[str])


@dataclass
class Caller:
    host: Client
    replica: str = ""
    """The one that answered last."""
    machine: str = ""

    async def work(self, calls: int, done: Round) -> None:
        """A screenshot and a click on it, in turn."""
        started = await self.call("coasty_provision_machine", {"display_name": "desk"})
        self.machine = structured(started)["machine"]["id"]
        shot, taker = "", ""
        for _ in range(calls):
            try:
                if not shot:
                    seen = await self.call(LOOK, {"machine_id": self.machine, "max_width": 640})
                    shot, taker = text(seen).split()[0], self.replica
                else:
                    await self.call(ACT, self.click(shot))
                    done.across += self.replica != taker
                    shot = ""
            except (MCPError, HTTPError, AssertionError) as error:
                done.failures.append(f"{type(error).__name__}: {error}")
                shot = ""
            done.calls += 1
            done.replicas[self.replica] += 1

    def click(self, shot: str) -> dict[str, object]:
        point = {"x": 320, "y": 180}
        where = {"machine_id": self.machine, "screenshot_id": shot}
        return {**where, "command": "click", "parameters": point}

    async def call(self, tool: str, arguments: dict[str, object]) -> CallToolResult:
        result = await self.host.call_tool(tool, arguments, read_timeout_seconds=20)
        assert not result.is_error, text(result)
        return result


async def caller(stack: AsyncExitStack, url: str, number: int) -> Caller:
    era: Era = "auto" if number % 2 else "legacy"
    mode = "test" if number % 4 < 2 else "live"
    key = f"sk-coasty-{mode}-{number:048x}"
    http = await stack.enter_async_context(AsyncClient(headers={"X-API-Key": key}, timeout=20))
    transport = streamable_http_client(url, http_client=http)
    made = Caller(await stack.enter_async_context(Client(transport, mode=era)))

    async def note(response: Response) -> None:
        made.replica = response.headers.get("X-Replica", "").rpartition(", ")[2]

    http.event_hooks = {"response": [note]}
    return made


async def work(url: str, calls: int, victim: subprocess.Popen[str], end: signal.Signals) -> Round:
    """Make the calls, in the middle of which a replica is ended."""
    done = Round()

    async def strike() -> None:
        while done.calls < calls // 2:
            await asyncio.sleep(0.01)
        victim.send_signal(end)

    async with AsyncExitStack() as stack:
        callers = [await caller(stack, url, number) for number in range(CALLERS)]
        share = calls // len(callers)
        await asyncio.gather(strike(), *(each.work(share, done) for each in callers))
    return done


def told(done: Round, what: str, seconds: float) -> None:
    print(f"{what}: {done.calls} calls in {seconds:.0f} s, {len(done.failures)} failed.")
    print(f"  by replica: {', '.join(map(str, sorted(done.replicas.values(), reverse=True)))};")
    print(f"  {done.across} clicks on a screenshot that the other replica had taken.")
    for failure in done.failures[:3]:
        print(f"  {failure}")


def main() -> int:
    with ExitStack() as stack:
        _, api = stack.enter_context(started("sandbox", "--port", "0"))
        serve = (*REMOTELY, "--base-url", f"http://127.0.0.1:{api}/v1", "--port")
        (first, one), (second, two) = [stack.enter_context(started(*serve, "0")) for _ in range(2)]
        url = stack.enter_context(balancer(one, two))
        print(f"{CALLERS} callers, half of them 2025-era, each with a key of their own:")
        begun = time.monotonic()
        replaced = asyncio.run(work(url, CALLS, first, signal.SIGTERM))
        told(replaced, "One replica told to end (SIGTERM)", time.monotonic() - begun)
        print(f"  It ended with status {first.wait(60)}.")
        stack.enter_context(started(*serve, one))
        begun = time.monotonic()
        killed = asyncio.run(work(url, FEW, second, signal.SIGKILL))
        told(killed, "One replica killed (SIGKILL)", time.monotonic() - begun)
    lost = len(killed.failures)
    passed = not replaced.failures and replaced.across and killed.across and lost <= CALLERS
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
