"""What is left of a machine after its end: nothing."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import httpx2

from coasty_mcp.sandbox import SANDBOX_KEY, World
from support.command_process import COMMAND, environment
from support.mcp_client import structured
from support.real_desk import PATIENCE, Desk, require_real_desktop, settle


def mine() -> set[int]:
    """The processes below this one."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return {pid for pid in parents if os.getpid() in ancestors(pid, parents)}


def ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    found: set[int] = set()
    while pid in parents:
        pid = parents[pid]
        found.add(pid)
    return found


def descriptors_open() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def is_alive(pid: int) -> bool:
    """Whether a process runs; those whose parent is killed are collected by and by."""
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while alive := set(filter(is_alive, pids)):
        assert time.monotonic() < deadline, alive
        time.sleep(0.02)


async def test_of_a_terminated_machine_nothing_is_left() -> None:
    require_real_desktop()
    world = World(desktops="real")
    before, descriptors = mine(), descriptors_open()
    for _ in range(3):
        desk = Desk.started(world)
        await desk.run("sleep 1000 & xterm & true")
        started = mine() - before
        assert len(started) >= 4
        gone = structured(await desk.call("coasty_terminate_machine"))
        assert gone["status"] in ("deleting", "terminated")
        settle(world, desk.machine)
        assert desk.machine.status == "terminated"
        assert not mine() - before
    assert descriptors_open() <= descriptors + 2  # of the event loop


def test_a_killed_server_leaves_nothing() -> None:
    require_real_desktop()
    before = mine()
    command = [COMMAND, "sandbox", "--port", "0", "--sandbox-desktop", "real"]
    with Popen(
        command, stdout=PIPE, stderr=DEVNULL, text=True, env=environment(PYTHONUNBUFFERED="1")
    ) as server:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        with httpx2.Client(base_url=url, headers={"X-API-Key": SANDBOX_KEY}) as http:
            order = {"display_name": "desk", "desktop_enabled": True}
            machine = http.post("/machines", json=order).json()["machine"]
            assert machine["status"] == "creating"
            deadline = time.monotonic() + PATIENCE
            while http.get(f"/machines/{machine['id']}").json()["machine"]["status"] != "running":
                assert time.monotonic() < deadline
                time.sleep(0.05)
        started = mine() - before
        assert len(started) >= 5
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    wait_until_gone(started)
