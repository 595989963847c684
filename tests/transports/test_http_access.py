"""The door of a server over HTTP: names, keys, sizes, health."""

import json
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings, WrongSetting
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.api_keys import sent_key
from coasty_mcp.transports.http import MAX_BODY_BYTES, build_web_app
from coasty_mcp.transports.web_server import listen
from support.command_process import coasty_mcp
from support.command_process import listening as serving
from support.http_callers import ALICE, BOB, REMOTE, REMOTELY

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--sandbox", *REMOTELY) as served:
        yield served.url


def knock(url: str, headers: dict[str, str], content: bytes | None = None) -> int:
    """The status of the answer."""
    sent = content or json.dumps(PING).encode()
    return httpx2.post(url, content=sent, headers=JSON | headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "swordfish"},
        {"X-API-Key": ""},
        {"X-API-Key": f"Bearer {ALICE}"},
        {"Authorization": ALICE},
        {"Authorization": f"Basic {ALICE}"},
        {"Authorization": "Bearer sk-coasty-live-"},
        {"Authorization": f"Bearer {ALICE}", "X-API-Key": "swordfish"},
    ],
)
def test_nobody_is_let_in_without_a_key(url: str, headers: dict[str, str]) -> None:
    refused = httpx2.post(url, json=PING, headers=JSON | headers)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": ALICE},
        {"Authorization": f"Bearer {BOB}"},
        {"Authorization": f"bearer {BOB}"},
        {"X-API-Key": "cua_sk_" + "0" * 48},
    ],
)
def test_whoever_sends_a_key_is_let_in(url: str, headers: dict[str, str]) -> None:
    assert knock(url, headers) == 200


def test_a_line_break_cannot_follow_a_key() -> None:
    assert sent_key({"X-API-Key": f"{ALICE}\n"}) is None


def test_health_and_readiness_need_no_key_and_the_rest_does(url: str) -> None:
    paths = ("/health", "/ready", "/.well-known/oauth-protected-resource", "/admin")
    statuses = [httpx2.get(url.replace("/mcp", path)).status_code for path in paths]
    assert statuses == [200, 200, 404, 401]


async def test_it_is_ready_only_while_it_serves() -> None:
    app = build_web_app(build_server(REMOTE, TOOLSETS), REMOTE)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1")
    assert (await http.get("/ready")).status_code == 503
    async with app.router.lifespan_context(app):
        assert (await http.get("/ready")).status_code == 200
    assert (await http.get("/ready")).status_code == 503
    assert (await http.get("/health")).status_code == 200


@asynccontextmanager
async def beside(settings: Settings) -> AsyncGenerator[httpx2.AsyncClient]:
    """A web page of this computer, and a server in this process."""
    app = build_web_app(build_server(settings, TOOLSETS), settings)
    page = {"Origin": "http://localhost:6274", **JSON}
    async with app.router.lifespan_context(app):
        yield httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1", headers=page
        )


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_page_of_this_computer_may_do_all_that_a_host_does(method: str) -> None:
    async with beside(REMOTE) as page:
        asked = await page.options("/mcp", headers={"Access-Control-Request-Method": method})
    assert asked.status_code == 200


async def test_a_page_of_this_computer_can_read_its_session_and_what_is_refused() -> None:
    introduced = {"name": "page", "version": "1"}
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": introduced}
    async with beside(REMOTE.model_copy(update={"allow_remote": False})) as page:
        started = await page.post("/mcp", json=PING | {"method": "initialize", "params": params})
    async with beside(REMOTE) as page:
        refused = await page.post("/mcp", json=PING)
    for answer, header in ((started, "Mcp-Session-Id"), (refused, "WWW-Authenticate")):
        assert answer.headers[header]
        assert header in answer.headers["Access-Control-Expose-Headers"].split(", ")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.example"}, 421),
        ({"Host": "rebound.example:80"}, 421),
        ({"Origin": "https://rebound.example"}, 403),
        ({"Origin": "https://127.0.0.1.rebound.example"}, 403),
        ({"Origin": "https://127.0.0.1"}, 200),
        ({"Host": "127.0.0.1"}, 200),
    ],
)
def test_only_allowed_names_are_answered(url: str, headers: dict[str, str], status: int) -> None:
    assert knock(url, {"X-API-Key": ALICE, **headers}) == status


def test_a_screenshot_of_10_mb_fits_and_more_is_refused(url: str) -> None:
    assert MAX_BODY_BYTES == 14 * 2**20
    as_base64 = "A" * (4 * 10 * 1024 * 1024 // 3)
    fits = json.dumps({**PING, "params": {"_meta": {"picture": as_base64}}}).encode()
    assert knock(url, {"X-API-Key": ALICE}, fits) == 200
    assert knock(url, {"X-API-Key": ALICE}, fits.ljust(MAX_BODY_BYTES + 1)) == 413


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"host": "0.0.0.0"}, "other computers can reach 0.0.0.0: that needs --allow-remote"),
        ({"allow_remote": True}, "add --transport streamable-http"),
        ({"allow_remote": True, "transport": "sse"}, "needs --allowed-host"),
        (
            {
                "allow_remote": True,
                "transport": "sse",
                "allowed_host": "mcp.example.com",
                "sandbox": True,
                "sandbox_desktop": "real",
            },
            "would let strangers run programs here: leave --sandbox-desktop out",
        ),
    ],
)
def test_it_does_not_start_where_strangers_could_do_what_they_like(
    given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(WrongSetting, match=sentence):
        Settings.read({}, given)


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("COASTY_API_KEY", "the key of each caller, never COASTY_API_KEY: leave that out"),
        ("COASTY_REQUEST_STATE_KEY", "needs secrets of 32 characters or more"),
        ("COASTY_STATE_DIR", "leave --state-dir out"),
    ],
)
def test_the_refusal_is_one_line_which_tells_no_secret(variable: str, sentence: str) -> None:
    refused = coasty_mcp(*REMOTELY, "--port", "0", cwd=None, **{variable: "sentinel"})
    assert (refused.returncode, refused.stdout) == (2, "")
    [line] = refused.stderr.splitlines()
    assert sentence in line
    assert "sentinel" not in line


def test_an_answer_is_not_held_back_until_its_first_half_is_acknowledged() -> None:
    with listen(0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("name", ["localhost:80@evil.example", "127.0.0.1:80.evil.example"])
def test_a_port_is_a_number_and_no_other_name(url: str, name: str) -> None:
    here = {"X-API-Key": ALICE}
    assert knock(url, here | {"Origin": "http://localhost:80"}) == 200
    assert knock(url, here | {"Origin": f"http://{name}"}) == 403
    served = httpx2.URL(url).host
    assert knock(url, here | {"Host": served}) == 200
    assert knock(url, here | {"Host": f"{served}:80@evil.example"}) == 421


def test_a_second_origin_is_not_overlooked(url: str) -> None:
    origins = [("Origin", "http://localhost"), ("Origin", "http://evil.example")]
    headers = [*JSON.items(), ("X-API-Key", ALICE), *origins]
    assert httpx2.post(url, json=PING, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/mcp//", "/health/", "/ready/"])
def test_nothing_is_redirected(url: str, path: str) -> None:
    answer = httpx2.post(url.replace("/mcp", path), json=PING, headers={"X-API-Key": ALICE})
    assert answer.status_code in {401, 404}
    assert "Location" not in answer.headers
