"""What a program inside cannot reach, and what is left of a machine: nothing."""

import os
import socket
from collections.abc import Generator
from pathlib import Path
from subprocess import Popen

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.real_desktop.cage import most_processes
from support.mcp_client import structured, text
from support.real_desk import Desk, require_real_desktop, settle

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
