"""The address of the live view on loopback: who may open it, and what it takes."""

import asyncio
import logging
import sys
from pathlib import Path

import anyio
import httpx2
import pytest
from anyio import connect_tcp
from mcp import Client

from coasty_mcp.api.redaction import redacted
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.live_view import LiveViewDoor
from support.recorded import everything
from support.watched import SETTINGS, Model, Visitor, page_of, watched


async def test_an_address_opens_once_and_only_for_its_page() -> None:
    async with watched() as model, httpx2.AsyncClient() as http, httpx2.AsyncClient() as other:
        address = await model.address()
        assert (await other.post(f"{address}/ask", json={"kind": "state"})).status_code == 403
        opened = await http.get(address)
        assert opened.status_code == 200
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert "SameSite=strict" in opened.headers["set-cookie"]
        assert "connect-src 'self'" in opened.text
        assert (await other.get(address)).status_code == 403
        assert (await http.get(address)).status_code == 200
        assert (await other.post(f"{address}/ask", json={"kind": "state"})).status_code == 403


async def test_an_address_is_not_used_up_by_who_only_looks_whether_it_is_there() -> None:
    """Programs that show links do so."""
    async with watched() as model, httpx2.AsyncClient() as http, httpx2.AsyncClient() as other:
        address = await model.address()
        assert "set-cookie" not in (await other.head(address)).headers
        assert (await http.get(address)).status_code == 200


async def test_a_page_that_goes_away_in_the_middle_of_a_request_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        cookie = (await http.get(address)).headers["set-cookie"].partition(";")[0]
        url = httpx2.URL(address)
        head = f"POST {url.path}/ask HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nCookie: {cookie}"
        stream = await connect_tcp("127.0.0.1", url.port or 0)
        kind = "Content-Type: application/json\r\nContent-Length: 9"
        await stream.send(f"{head}\r\n{kind}\r\n\r\n{{".encode())
        await Visitor(http, address).ask("state")  # by now the other one has been read
        await stream.aclose()
        await Visitor(http, address).ask("state")
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_page_whose_server_ends_meanwhile_is_told_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = anyio.Event()

    async def never(_: object) -> None:
        asked.set()
        await anyio.sleep_forever()

    http, said = sandbox_client(World()), list[str]()
    async with watched(http=http) as model, page_of(model) as page:

        async def ask() -> None:
            said.append(await page.ask("frame"))

        async with anyio.create_task_group() as tasks:
            http.event_hooks = {"request": [never]}
            tasks.start_soon(ask)
            await asked.wait()
            http.event_hooks = {}
            for task in asyncio.all_tasks():
                if "run_asgi" in str(task.get_coro()):
                    task.cancel()
    assert said == ["The server has ended."]
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_an_address_is_in_no_record_and_no_error_however_many_there_were() -> None:
    """It is known by its shape: a list of all would make every later call slower."""
    async with watched() as model:
        for _ in range(3):
            address = await model.address()
            assert redacted(f"see {address}").startswith("see http://127.0.0.1(secret)")


async def test_an_address_is_neither_recorded_nor_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = SETTINGS.model_copy(update={"record_dir": tmp_path})
    with caplog.at_level(logging.DEBUG):
        async with watched(settings=settings) as model, page_of(model) as page:
            await page.ask("state")
            token = page.address.rpartition("/")[2]
    assert b"coasty_open_live_view" in everything(tmp_path)
    assert token.encode() not in everything(tmp_path)
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert ours
    assert not [each for each in ours if token in each.getMessage()]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://[::1]:{port}"},
    ],
)
async def test_pages_of_others_are_refused(headers: dict[str, str]) -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        port = httpx2.URL(address).port
        headers = {name: each.replace("{port}", str(port)) for name, each in headers.items()}
        answer = await http.post(f"{address}/ask", json={"kind": "stop"}, headers=headers)
        assert answer.status_code in {403, 421}
        assert not (await model.act("click", x=5, y=5)).is_error


async def test_a_page_that_fell_silent_is_forgotten() -> None:
    time = [0.0]
    door = LiveViewDoor(now=lambda: time[0])
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()), open_view=door.open)
    async with Client(server) as client, httpx2.AsyncClient() as http:
        model = Model(client, "mch_1")
        address, never_opened = await model.address(), await model.address()
        await http.get(address)
        time[0] = 601
        assert "too old" in await Visitor(http, address).ask("stop")
        for each in (address, never_opened):
            assert (await http.get(each)).status_code == 403
    await door.close()


@pytest.mark.skipif(sys.platform != "linux", reason="others have one address of their own")
async def test_it_listens_on_loopback_alone_and_from_the_first_page_on() -> None:
    door = LiveViewDoor()
    server = build_server(SETTINGS, TOOLSETS, sandbox_client(World()), open_view=door.open)
    async with Client(server) as client, httpx2.AsyncClient() as http:
        assert not door.listens
        port = httpx2.URL(await Model(client, "mch_1").address()).port
        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 404
        with pytest.raises(httpx2.ConnectError):
            await http.get(f"http://127.0.0.2:{port}/")
    await door.close()


ODD = [b"[]", b"{", b'{"kind": "own"}', b"x" * 200_000, b"\xff", b'{"kind":' + b"[" * 99_000]
TOO_LONG = b'{"kind": "state"}'.ljust(200_000)
SAID_SO = b'{"kind": "consent", "question": 1, "agreed": "yes"}'


@pytest.mark.parametrize("body", [*ODD, SAID_SO, TOO_LONG])
async def test_what_a_page_cannot_ask_is_refused_in_words(body: bytes) -> None:
    async with watched() as model, httpx2.AsyncClient() as http:
        address = await model.address()
        await http.get(address)
        answer = await http.post(
            f"{address}/ask", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json() == {"error": "The page asks for what there is not."}
