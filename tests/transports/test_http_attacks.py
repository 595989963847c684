"""A server over HTTP among strangers: half-sent requests, other pages, ends in the middle."""

import asyncio
import errno
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from subprocess import PIPE, STDOUT, Popen
from time import monotonic
from urllib.parse import urlsplit

import httpx2
import pytest
from anyio import to_thread
from anyio.lowlevel import checkpoint
from starlette.responses import Response

from coasty_mcp.transports import web_server
from support.command_process import COMMAND, environment
from support.command_process import listening as serving
from support.http_callers import ALICE, REMOTELY, served

KINDS = {
    "streamable HTTP": (*REMOTELY, "/mcp"),
    "SSE": ("--transport", "sse", "/sse"),
}
STREAM = {"Accept": "text/event-stream", "X-API-Key": ALICE}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
INSPECTOR = "http://localhost:6274"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--sandbox", *REMOTELY) as served:
        yield served.url


@pytest.mark.parametrize(("options", "path"), [(each[:-1], each[-1]) for each in KINDS.values()])
def test_an_idle_event_stream_ends_with_the_server(options: tuple[str, ...], path: str) -> None:
    command = [COMMAND, "--sandbox", *options, "--port", "0"]
    with Popen(command, stdout=PIPE, stderr=STDOUT, text=True, env=environment()) as server:
        assert server.stdout
        address = server.stdout.readline().split()[-1]
        with (
            httpx2.Client(headers=STREAM, timeout=30) as http,
            http.stream("GET", address) as stream,
        ):
            assert address.endswith(path)
            assert stream.status_code == 200
            told = monotonic()
            server.send_signal(signal.SIGTERM)
            for _ in stream.iter_bytes():
                pass
            assert server.wait(30) == 0
        assert monotonic() - told < 5  # one second for the server, the others for the machine
        assert server.stdout.read() == ""


def test_a_refused_name_is_one_line_in_the_log_over_sse() -> None:
    command = [COMMAND, "--sandbox", "--transport", "sse", "--port", "0"]
    with Popen(command, stdout=PIPE, stderr=STDOUT, text=True, env=environment()) as server:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        assert httpx2.get(url, headers={"Host": "rebound.example"}).status_code == 421
        server.terminate()
        assert server.wait(30) == 0
        assert "Invalid Host header" in server.stdout.readline()
        assert server.stdout.read() == ""


def test_a_path_that_ends_in_a_slash_is_served(url: str) -> None:
    answer = httpx2.post(f"{url}/", json=PING, headers=STREAM | JSON)
    assert (answer.status_code, answer.history) == (200, [])


@pytest.mark.parametrize("origin", [INSPECTOR, "http://127.0.0.1", "https://[::1]:8443"])
def test_pages_of_the_callers_own_computer_are_answered(url: str, origin: str) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    before = httpx2.options(url, headers={"Origin": origin, **asks})
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == origin
    assert "x-api-key" in before.headers["Access-Control-Allow-Headers"].lower()
    after = httpx2.post(url, json=PING, headers=STREAM | JSON | {"Origin": origin})
    assert after.status_code == 200
    assert after.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin", ["https://rebound.example", "http://localhost.rebound.example", "null"]
)
def test_pages_elsewhere_are_not(url: str, origin: str) -> None:
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for refused in (
        httpx2.options(url, headers=asks),
        httpx2.post(url, json=PING, headers=STREAM | JSON | {"Origin": origin}),
    ):
        assert refused.status_code in {400, 403}
        assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "localhost:8000", "127.0.0.1"])
def test_all_names_of_this_computer_are_answered(host: str) -> None:
    with serving("--sandbox", "--transport", "streamable-http") as local:
        answer = httpx2.post(local.url, json=PING, headers=JSON | {"Host": host})
    assert answer.status_code not in {403, 421}


async def test_half_sent_requests_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "REQUEST_SECONDS", 0.5)
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {ALICE}\r\n"
    halves = ["", head, f"{head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"]
    async with served() as address:
        to = urlsplit(address).hostname, urlsplit(address).port
        assert await to_thread.run_sync(_all_cut_off, to, [half.encode() for half in halves * 133])


def _all_cut_off(to: tuple[str | None, int | None], halves: list[bytes]) -> bool:
    with ExitStack() as stack:
        callers = list[socket.socket]()
        for half in halves:
            caller = stack.enter_context(socket.create_connection(to))
            caller.sendall(half)
            caller.settimeout(30)
            callers.append(caller)
        return all(_ended(caller) for caller in callers)


def _ended(caller: socket.socket) -> bool:
    try:
        return caller.recv(1) == b""
    except ConnectionResetError:
        return True


async def test_descriptors_that_ran_out_are_told_of_once(caplog: pytest.LogCaptureFixture) -> None:

    complaints, loop = web_server.LoopComplaints(), asyncio.get_running_loop()
    for _ in range(2000):
        complaints(loop, {"exception": OSError(errno.EMFILE, "Too many open files")})
    assert [each.message for each in caplog.records] == [
        "Connections wait: this process has no file descriptors left."
    ]


async def test_a_server_complains_in_that_way() -> None:
    async with served() as address, httpx2.AsyncClient() as http:
        await http.get(f"{address}/health")
        handler = asyncio.get_running_loop().get_exception_handler()
        assert isinstance(handler, web_server.LoopComplaints)


async def test_who_would_accept_again_says_nothing_when_the_listener_is_closed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop, listener = asyncio.get_running_loop(), web_server.listen(0)
    loop.set_exception_handler(web_server.LoopComplaints())
    listener.close()
    for _ in range(2000):  # as asyncio does for each connection that may wait
        loop.call_soon(loop._start_serving, Response, listener)  # type: ignore[attr-defined]
    await checkpoint()
    assert caplog.records == []


def test_connections_outlive_those_of_balancers() -> None:
    assert web_server.web_server(Response("")).config.timeout_keep_alive > 60


def test_strange_bodies_are_answered(url: str) -> None:
    depth = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"[" * 50_000
    for body in (b"", b"\n", b"[]", b"\xef\xbb\xbf{}", b'{"id": 1}', depth, b'"\\ud83d"'):
        answer = httpx2.post(url, content=body, headers=STREAM | JSON)
        assert 400 <= answer.status_code < 500
    assert httpx2.post(url, json=PING, headers=STREAM | JSON).status_code == 200


MEANT = {
    "no parameters": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}',
    "a byte order mark": b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}',
    "half a character": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\ud83d"}}',
    "bytes that are none": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\xe9"}}',
}


@pytest.mark.parametrize("name", MEANT)
def test_requests_are_read_as_over_stdio(url: str, name: str) -> None:
    answer = httpx2.post(url, content=MEANT[name], headers=STREAM | JSON)
    assert answer.status_code == 200
    assert '"id":1' in answer.text
    assert '"result"' in answer.text


@pytest.mark.parametrize("request_id", ["null", "1.5", "{}", "[1]", "true"])
def test_what_is_no_id_is_refused_and_not_taken_for_a_notification(
    url: str, request_id: str
) -> None:
    body = f'{{"jsonrpc":"2.0","id":{request_id},"method":"ping"}}'
    answer = httpx2.post(url, content=body, headers=STREAM | JSON)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_half_a_character_in_an_argument_becomes_a_whole_one(url: str) -> None:
    call = {"name": "coasty_get_machine", "arguments": {"machine_id": "\ud83d"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    answer = httpx2.post(url, content=json.dumps(body), headers=STREAM | JSON)
    assert answer.status_code == 200
    assert "VALIDATION_ERROR" in answer.text
