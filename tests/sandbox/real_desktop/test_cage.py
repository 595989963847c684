"""What a program inside cannot reach, and what is left of a machine: nothing."""

import os
import signal
import socket
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import httpx2
import pytest

from coasty_mcp.sandbox import SANDBOX_KEY, World
from coasty_mcp.sandbox.real_desktop.cage import most_processes
from support.command_process import COMMAND, environment
from support.mcp_client import structured, text
from support.real_desk import PATIENCE, Desk, require_real_desktop, settle

FORK_BOMB = """
import os, signal
children = []
try:
    while len(children) < 50_000:
        if not (child := os.fork()):
            signal.pause()
        children.append(child)
except OSError:
    print(len(children))
for child in children:
    os.kill(child, signal.SIGKILL)
"""
HOSTILE = Path(__file__).with_name("hostile.py")


@pytest.fixture(scope="module")
def world() -> Generator[World]:
    require_real_desktop()
    world = World(desktops="real")
    try:
        yield world
    finally:
        world.close()


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return Desk.started(world)


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


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while alive := {pid for pid in pids if Path(f"/proc/{pid}").exists()}:
        assert time.monotonic() < deadline, alive
        time.sleep(0.02)


async def test_a_hostile_program_reaches_nothing_outside(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    secret.chmod(0o644)
    abstract = f"coasty-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as unix,
        Popen(["sleep", "98765"]) as outside,
    ):
        unix.bind(f"\0{abstract}")
        unix.listen()
        await desk.do("file_write", path="hostile.py", content=HOSTILE.read_text())
        port = server.getsockname()[1]
        line = f"python3 hostile.py {secret} {port} {abstract} {outside.pid}"
        tried = await desk.run(line)
        outside.kill()
    assert tried["output"] == "tried\n"


async def test_a_link_out_of_a_machine_leads_nowhere(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    await desk.run(f"ln -s {secret} link; ln -s {tmp_path} folder")
    assert "No such file" in text(await desk.attempt("file_read", path="link"))
    await desk.attempt("file_write", path="folder/new.txt", content="theirs")
    assert [each.name for each in tmp_path.iterdir()] == ["secret.txt"]
    assert secret.read_text() == "mine"


async def test_processes_and_memory_have_limits(desk: Desk) -> None:
    await desk.do("file_write", path="bomb.py", content=FORK_BOMB)
    assert int((await desk.run("python3 bomb.py"))["output"]) < most_processes()
    assert (await desk.run("echo on"))["output"] == "on\n"
    grown = await desk.run("python3 -c 'bytearray(3 * 2**30)'")
    assert "MemoryError" in grown["output"]
    filled = await desk.run("head -c 600M /dev/zero > big; rm big")
    assert "No space left" in filled["output"]


async def test_a_stopped_machine_keeps_its_home_and_a_snapshot_copies_it(
    desk: Desk, world: World
) -> None:
    await desk.do("file_write", path="Documents/kept.txt", content="kept")
    await desk.run("touch /tmp/lost")
    structured(await desk.call("coasty_snapshot_machine"))
    assert structured(await desk.call("coasty_stop_machine"))["machine"]["status"] == "stopping"
    settle(world, desk.machine)
    assert desk.machine.status == "stopped"
    refused = await desk.attempt("click", x=1, y=1)
    assert "is stopped, and this needs it running" in text(refused)
    structured(await desk.call("coasty_start_machine"))
    copy = Desk.started(world, restore_from_snapshot=True)
    for each in (desk, copy):
        assert (await each.do("file_read", path="Documents/kept.txt"))["content"] == "kept"
        assert (await each.do("file_exists", path="/tmp/lost"))["exists"] is False
    await copy.do("file_write", path="Documents/kept.txt", content="changed")
    assert (await desk.do("file_read", path="Documents/kept.txt"))["content"] == "kept"
    await copy.call("coasty_terminate_machine")


async def test_of_a_terminated_machine_nothing_is_left(world: World) -> None:
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
