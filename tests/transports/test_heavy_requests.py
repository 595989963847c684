"""What one caller over HTTP can make the others wait, and this process hold.

It takes seconds, because only requests of the largest size that is let in show how long it waits.
"""

import asyncio
import base64
import gc
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import thread_time
from typing import Any

import httpx2
import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response

from coasty_mcp.screens import picture_worker
from coasty_mcp.server.json_values import MOST_VALUES, holds_too_many
from support.attacking_pictures import black_png, costly_webp, with_chunks, with_scans
from support.command_process import COMMAND, environment
from support.drawings import plain_picture
from support.fakes import refusal
from support.http_callers import ALICE, BOB, PLAIN, REMOTE, REMOTELY, calling, served
from support.mcp_client import Era, error

HEADERS = {
    "X-API-Key": ALICE,
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
LONGEST_WAIT = 0.05
"""Seconds."""
ATTEMPTS = 3
"""A computer that does something else as well finds memory and caches late, now and then."""
MOST_MEMORY = 150_000
"""Kilobytes."""


def rpc(method: str, params: dict[str, Any], number: int | str = 1) -> bytes:
    call = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return json.dumps(call).encode()


def rpc_of(**fields: Any) -> bytes:
    """Return what is no request, in the letters that people have."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "ping", **fields}
    return json.dumps(call, ensure_ascii=False).encode()


def request(tool: str, arguments: dict[str, Any]) -> bytes:
    return rpc("tools/call", {"name": tool, "arguments": arguments})


def ground(data: bytes) -> bytes:
    text = base64.b64encode(data).decode()
    return request("coasty_ground", {"element": "x", "screenshot": text})


LONG_TEXT = "\u00e9" * 6_500_000
HARMLESS = ground(plain_picture(1920, 1080).data)
PICTURES: dict[str, Callable[[], bytes]] = {
    "800,000 chunks": lambda: ground(with_chunks(800_000, behind=False)),
    "100 megapixels": lambda: ground(black_png(10_000, 10_000)),
    "8K of half a gigabyte": lambda: ground(costly_webp()),
    "10,000 scans": lambda: ground(with_scans(10_000)),
    "a space behind each letter": lambda: request(
        "coasty_ground", {"element": "x", "screenshot": "A " * 6_500_000}
    ),
}
OTHERS: dict[str, Callable[[], bytes]] = {
    "a million lists": lambda: request("coasty_predict", {"trajectory": [[]] * 1_000_000}),
    "a million lists as text": lambda: request(
        "coasty_predict", {"instruction": "x", "trajectory": "[" + "[]," * 1_000_000 + "1]"}
    ),
    "100,000 arguments": lambda: request("coasty_predict", {f"a{n}": n for n in range(100_000)}),
    "9,000 arguments": lambda: request("coasty_predict", {f"a{n}": n for n in range(9_000)}),
    "a long name of a tool": lambda: request("x" * 10_000_000, {}),
    "a long name of an argument": lambda: request("coasty_predict", {"x" * 10_000_000: 1}),
    "thousands of long texts": lambda: request(
        "coasty_get_machine", {"machine_id": ["x" * 600] * (MOST_VALUES - 100)}
    ),
    "a long name of a machine": lambda: request(
        "coasty_get_machine", {"machine_id": "\u00e9" * 2_300_000}
    ),
    "a long name of a resource": lambda: rpc("resources/read", {"uri": "x:" + "%2e" * 4_000_000}),
    "a long name of a method": lambda: rpc("x" * 13_000_000, {}),
    "a long name of a request": lambda: rpc("ping", {}, "x" * 13_000_000),
    "a long state of a question": lambda: rpc(
        "tools/call", {"name": "coasty_list_machines", "requestState": "v1." + "A" * 13_000_000}
    ),
    "a notification": lambda: rpc_of(
        method="notifications/cancelled", params={"requestId": 1, "reason": LONG_TEXT}
    ).replace(b'"id": 1, ', b""),
    "a text for parameters": lambda: rpc_of(params=LONG_TEXT),
    "a text for a version": lambda: rpc_of(jsonrpc=LONG_TEXT),
    "a list for a method": lambda: rpc_of(method=[LONG_TEXT]),
    "an escape for each letter": lambda: request("coasty_ground", {"element": "\n" * 6_500_000}),
    "a batch": lambda: b"[" + b'{"jsonrpc":"2.0","id":1,"method":"ping"},' * 200_000 + b"{}]",
}


@asynccontextmanager
async def watched() -> AsyncGenerator[list[float]]:
    """Yield the seconds for which the event loop's thread was busy between two of its turns."""
    busy, turned = [0.0], asyncio.Event()

    async def watch() -> None:
        last = thread_time()
        while True:
            await asyncio.sleep(0.001)
            busy.append(thread_time() - last)
            last += busy[-1]
            turned.set()

    watching = asyncio.create_task(watch())
    gc.disable()  # it would go through the objects of all tests
    try:
        yield busy
        turned.clear()
        await turned.wait()  # the last turn counts too
    finally:
        gc.enable()
        watching.cancel()


def post(url: str, body: bytes) -> Response:
    with httpx2.Client(timeout=30, verify=PLAIN, headers=HEADERS) as http:
        return http.post(f"{url}/mcp", content=body)


@pytest.fixture(autouse=True)
def few_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know only the secrets of this server: other tests leave thousands in this process."""
    monkeypatch.setattr("coasty_mcp.api.redaction._server", set[str]())
    monkeypatch.setattr("coasty_mcp.api.redaction._everyone", set[str]())


@pytest.mark.parametrize("attack", [*PICTURES, *OTHERS])
async def test_no_request_makes_other_callers_wait(attack: str) -> None:
    body = (PICTURES | OTHERS)[attack]()
    watched_too = REMOTE.model_copy(update={"toolsets": ("machines", "predict", "view")})
    async with served(watched_too) as url:
        await asyncio.to_thread(post, url, HARMLESS)  # imports are no work of an attack
        waits = list[float]()
        while not waits or (min(waits) >= LONGEST_WAIT and len(waits) < ATTEMPTS):
            async with watched() as busy:
                answer = await asyncio.to_thread(post, url, body)
            assert answer.status_code in {400, 413} or '"isError":true' in answer.text
            waits.append(max(busy))
    assert min(waits) < LONGEST_WAIT


async def test_a_body_in_chunks_of_a_byte_makes_nobody_wait() -> None:
    lines = "\r\n".join(f"{name}: {value}" for name, value in HEADERS.items())
    start = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    body = start.encode() + b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n"
    async with served() as url:
        port = httpx2.URL(url).port
        waits = list[float]()
        while not waits or (min(waits) >= LONGEST_WAIT and len(waits) < ATTEMPTS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with watched() as busy:
                await asyncio.to_thread(post, url, HARMLESS)
                writer.write(body)
                assert (await reader.readline()).startswith(b"HTTP/1.1 400")
            writer.close()
            waits.append(max(busy))
    assert min(waits) < LONGEST_WAIT


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_no_picture_takes_much_memory() -> None:
    command = [COMMAND, "--sandbox", *REMOTELY, "--port", "0"]
    server = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, env=environment()
    )
    assert server.stderr
    try:
        url = (await server.stderr.readline()).split()[1].decode().removesuffix("/mcp")
        assert "screenshot_id" in (await asyncio.to_thread(post, url, HARMLESS)).text
        processes = [server.pid, *_children(server.pid)]
        before = [_kilobytes(each, "VmRSS") for each in processes]
        assert len(processes) == 2
        for name in ("800,000 chunks", "100 megapixels", "8K of half a gigabyte"):
            answer = await asyncio.to_thread(post, url, PICTURES[name]())
            assert "INVALID_SCREENSHOT" in answer.text
        after = [_kilobytes(each, "VmHWM") for each in processes]
    finally:
        server.terminate()
        await server.wait()
    for was, most in zip(before, after, strict=True):
        assert most - was < MOST_MEMORY


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task")
    return [
        int(each) for task in tasks.iterdir() for each in (task / "children").read_text().split()
    ]


def _kilobytes(process: int, field: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


async def test_nothing_is_decoded_for_a_key_that_the_api_has_not_accepted(
    era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks, asked = list[object](), list[str]()

    def note(_: picture_worker.WorkerProcess, task: object) -> None:
        tasks.append(task)

    monkeypatch.setattr(picture_worker.WorkerProcess, "run", note)

    def answer(sent: Request) -> Response:
        asked.append(f"{sent.headers['X-API-Key']} {sent.url.path}")
        return refusal(401, "INVALID_API_KEY")

    settings = REMOTE.model_copy(update={"sandbox": False})
    api = AsyncClient(transport=MockTransport(answer), base_url="http://api/v1")
    async with served(settings, api) as url, calling(url, BOB, era) as stranger:
        for picture in (plain_picture(1920, 1080).base64, "no picture at all"):
            arguments = {"element": "x", "screenshot": picture}
            refused = await stranger.call_tool("coasty_ground", arguments)
            assert error(refused)["code"] == "INVALID_API_KEY"
    assert set(asked) == {f"{BOB} /v1/models"}
    assert not tasks


async def test_whoever_is_accepted_is_asked_for_once(era: Era) -> None:
    asked = list[str]()
    body = {"x": 1, "y": 1}

    def answer(sent: Request) -> Response:
        asked.append(sent.url.path)
        return Response(200, json=body if sent.method == "POST" else {})

    settings = REMOTE.model_copy(update={"sandbox": False})
    api = AsyncClient(transport=MockTransport(answer), base_url="http://api/v1")
    async with served(settings, api) as url, calling(url, BOB, era) as caller:
        for _ in range(2):
            picture = plain_picture(1920, 1080).base64
            arguments = {"element": "x", "screenshot": picture}
            assert not (await caller.call_tool("coasty_ground", arguments)).is_error
    assert asked == ["/v1/models", "/v1/ground", "/v1/ground"]


def test_what_people_send_is_not_too_much() -> None:
    assert not holds_too_many(json.dumps({"text": '"[{,\\' * 1_000_000}).encode())
    assert not holds_too_many(json.dumps([{"a": 1}] * (MOST_VALUES // 2 - 1)).encode())
    assert holds_too_many(json.dumps([{"a": 1}] * (MOST_VALUES // 2 + 1)).encode())
    assert holds_too_many(json.dumps(["a"] * 100_000).encode())
