"""How the server behaves as a child of its host, whatever happens around it.

Each test takes most of a second, the start of a process: nothing else has signals and pipes.
"""

import json
import os
import select
import signal
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from socket import create_server, socket, socketpair
from subprocess import PIPE, Popen, run
from typing import Any

import pytest
from mcp import Client

from coasty_mcp.transports.deadline import CHECK_INTERVAL, EXIT_AFTER, KILL_AFTER
from coasty_mcp.transports.stdio_messages import DRAIN_SECONDS
from support.command_process import environment
from support.stdio_process import HELLO, SERVER, SOON, Guest

NOISY = """\
import atexit, os, sys

print("sitecustomize")
atexit.register(print, "unloaded")

class Noisy:
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] not in {"coasty_mcp", *sys.stdlib_module_names}:
            print("imported", name, flush=True)
            os.write(1, b"from C\\n")

sys.meta_path.insert(0, Noisy())
"""
IMPATIENT = """\
import os, signal, sys

class Impatient:
    def find_spec(self, name, path, target=None):
        if name == "coasty_mcp.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
"""
HASTY = """\
import os, signal, sys

class TextResult:
    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        self.stream.write(text)
        if "http://" in text:
            os.kill(os.getpid(), signal.SIGTERM)

    def __getattr__(self, name):
        return getattr(self.stream, name)

sys.stdout, sys.stderr = TextResult(sys.stdout), TextResult(sys.stderr)
"""
SPINNING = """\
import re, signal

def spin(*_):
    while True:
        re.match("(a+)+$", "a" * {length} + "!")

signal.signal(signal.SIGUSR1, spin)
"""
LAUNCHER = """\
import subprocess, sys
subprocess.run([sys.executable, "-m", "coasty_mcp", "--sandbox"])
"""


def told_to_part(number: signal.Signals) -> Callable[[Guest], None]:
    return lambda guest: guest.process.send_signal(number)


def pipe_closed(guest: Guest) -> None:
    guest.stdin.close()


PARTINGS = [
    pytest.param(pipe_closed, id="end of input"),
    *[
        pytest.param(told_to_part(number), id=number.name)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    ],
]


@pytest.fixture
def silent_api() -> Generator[socket]:
    """An API that takes connections and never says a word."""
    with create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        yield listener


def facing(api: socket) -> dict[str, str]:
    host, port = api.getsockname()
    key = "sk-coasty-test-" + "0" * 48
    return {"COASTY_BASE_URL": f"http://{host}:{port}/v1", "COASTY_API_KEY": key}


def test_it_ends_cleanly_when_it_is_told_to_part() -> None:
    with Guest() as guest:
        guest.greet()
        guest.process.terminate()
        assert guest.left() == (0, "", "")


def test_a_host_may_say_it_again_and_again() -> None:
    with Guest() as guest:
        guest.greet()
        guest.stdin.close()
        while guest.process.poll() is None:
            guest.process.terminate()
            select.select([guest.stdout], [], [], 0.01)
        code, said, complaint = guest.left()
    assert code in {0, -signal.SIGTERM}
    assert (said, complaint) == ("", "")


@pytest.mark.parametrize("part", PARTINGS)
def test_a_call_that_still_runs_ends_with_it(
    part: Callable[[Guest], None], silent_api: socket
) -> None:
    with Guest(*SERVER, **facing(silent_api)) as guest:
        guest.greet()
        guest.say("tools/call", name="coasty_get_credits", arguments={})
        upstream, _ = silent_api.accept()
        with upstream:
            assert upstream.recv(9999).startswith(b"GET /v1/usage")
            part(guest)
            code, said, complaint = guest.left()
            assert upstream.recv(1) == b""
    assert (code, complaint) == (0, "")
    assert "result" not in said


@pytest.mark.parametrize("length", [2, 60], ids=["in Python", "in a regular expression"])
@pytest.mark.parametrize("part", PARTINGS)
def test_it_ends_although_its_code_spins(
    part: Callable[[Guest], None], length: int, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPINNING.format(length=length))
    with Guest(PYTHONPATH=str(tmp_path)) as guest:
        guest.greet()
        guest.process.send_signal(signal.SIGUSR1)
        part(guest)
        code, said, complaint = guest.left()
    assert code in {0, -signal.SIGALRM}
    assert (said, complaint) == ("", "")


def test_all_that_it_waits_for_before_it_ends_takes_less_than_a_second() -> None:
    """The other tests leave more time to a computer that is busy."""
    assert DRAIN_SECONDS < EXIT_AFTER < KILL_AFTER
    assert CHECK_INTERVAL + KILL_AFTER < 1


def test_it_does_not_outlive_its_parent_although_its_code_spins(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPINNING.format(length=60))
    with Guest(sys.executable, "-c", LAUNCHER, PYTHONPATH=str(tmp_path)) as guest:
        guest.greet()
        children = Path(f"/proc/{guest.process.pid}/task/{guest.process.pid}/children")
        os.kill(int(children.read_text()), signal.SIGUSR1)
        guest.process.kill()
        ready, _, _ = select.select([guest.stdout], [], [], guest.soon)
        assert ready


def test_it_ends_although_nobody_reads_what_it_says() -> None:
    with Guest() as guest:
        guest.greet()
        for _ in range(20):
            guest.say("tools/list")
        select.select([guest.stdout], [], [])
        guest.process.terminate()
        assert guest.process.wait(guest.soon) == 0


def test_a_host_that_no_longer_listens_is_left_without_a_complaint() -> None:
    with Guest() as guest:
        guest.greet()
        guest.stdout.close()
        guest.say("tools/list")
        assert guest.process.wait(guest.soon) in {0, -signal.SIGALRM}  # where it was busy
        assert guest.process.stderr
        assert guest.process.stderr.read() == ""


def test_a_host_may_speak_through_sockets_and_hang_up_in_haste() -> None:
    """As those on Node do."""
    ours, theirs = socketpair()
    command = [*SERVER, "--sandbox"]
    with (
        ours,
        Popen(
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=PIPE, env=environment()
        ) as server,
    ):
        theirs.close()
        with ours.makefile("rw") as host:
            print(asked("initialize", HELLO), file=host, flush=True)
            assert json.loads(host.readline())["result"]["serverInfo"]["name"] == "coasty"
            print(asked("tools/list", {}), file=host, flush=True)
            assert host.read(1) == "{"
        ours.close()  # with an answer unread, which resets it
        assert server.wait(SOON) == 0
        assert server.stderr
        assert server.stderr.read() == b""


def test_what_is_no_pipe_is_read_and_written_too(tmp_path: Path) -> None:
    said, answered = tmp_path / "said", tmp_path / "answered"
    said.write_text(f"{asked('initialize', HELLO)}\n")
    with said.open() as stdin, answered.open("w") as stdout:
        command = [*SERVER, "--sandbox"]
        run(command, stdin=stdin, stdout=stdout, env=environment(), check=True, timeout=SOON)
    assert json.loads(answered.read_text())["result"]["serverInfo"]["name"] == "coasty"


def asked(method: str, params: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def test_it_does_not_outlive_its_parent() -> None:
    with Guest(sys.executable, "-c", LAUNCHER) as guest:
        guest.greet()
        guest.process.kill()
        ready, _, _ = select.select([guest.stdout], [], [], guest.soon)
        assert ready
        assert guest.stdout.read() == ""


def test_it_answers_before_it_turns_to_the_network(silent_api: socket) -> None:
    with Guest(*SERVER, **facing(silent_api)) as guest:
        assert guest.greet()["serverInfo"]["name"] == "coasty"
        assert guest.ask("tools/list")["tools"]
        silent_api.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent_api.accept()


def test_whatever_a_dependency_prints_stdout_carries_json_rpc_alone(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NOISY)
    with Guest(PYTHONPATH=str(tmp_path)) as guest:
        guest.greet()
        result = guest.ask("tools/call", name="coasty_list_machines", arguments={})
        assert not result["isError"]
        guest.stdin.close()
        code, said, printed = guest.left()
    assert (code, said) == (0, "")
    assert {"sitecustomize", "imported click", "imported mcp", "from C", "unloaded"} <= {
        *printed.splitlines()
    }


def test_a_signal_while_it_starts_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(IMPATIENT)
    with Guest(PYTHONPATH=str(tmp_path)) as guest:
        assert guest.left() == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("serve", [["--sandbox", "--transport", "sse"], ["sandbox"]], ids=" ".join)
def test_it_may_be_told_to_end_as_soon_as_it_says_that_it_serves(
    tmp_path: Path, serve: list[str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HASTY)
    variables = environment(PYTHONPATH=str(tmp_path))
    command = [*SERVER, *serve, "--port", "0"]
    done = run(command, env=variables, capture_output=True, text=True, check=True, timeout=SOON)
    assert "http://" in done.stdout + done.stderr
    assert "Abort" not in done.stderr


async def test_over_http_it_ends_although_a_host_is_connected() -> None:
    command = [*SERVER, "--sandbox", "--transport", "streamable-http", "--port", "0"]
    with Popen(command, stderr=PIPE, text=True) as server:
        assert server.stderr
        url = server.stderr.readline().split()[-1]
        host = Client(url, mode="legacy")
        async with host:
            assert (await host.list_tools()).tools
            os.kill(server.pid, signal.SIGTERM)
            assert server.wait(SOON) == 0
        assert "Traceback" not in server.stderr.read()
