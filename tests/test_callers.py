"""Several callers of one server over HTTP: who is let in, and what they see of each other."""

import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio import create_task_group
from anyio.lowlevel import checkpoint
from mcp import Client
from mcp.types import PromptReference
from pydantic import SecretStr

from calling import ALICE, BOB, CAROL, REMOTE, calling, served
from chair import Era, error, structured, text
from coasty_mcp.callers import Callers, sent_key
from coasty_mcp.server import build_server, connect
from coasty_mcp.settings import Settings, WrongSetting
from coasty_mcp.web import MOST_BYTES, web_app
from launching import COMMAND, coasty_mcp, listening

REMOTELY = ("--transport", "streamable-http", "--allow-remote", "--allowed-host", "127.0.0.1")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture
async def address() -> AsyncGenerator[str]:
    async with served() as address:
        yield address


async def knock(
    address: str, content: bytes = json.dumps(PING).encode(), **headers: str
) -> httpx2.Response:
    async with httpx2.AsyncClient(headers=JSON | headers) as http:
        return await http.post(f"{address}/mcp", content=content)


async def provisioned(host: Client) -> str:
    started = await host.call_tool("coasty_provision_machine", {"display_name": "desk"})
    return structured(started)["machine"]["id"]


async def seen(host: Client, machine_id: str) -> str:
    """A screenshot's id."""
    shot = await host.call_tool("coasty_take_machine_screenshot", {"machine_id": machine_id})
    return text(shot).split()[0]


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
async def test_nobody_is_let_in_without_a_key(address: str, headers: dict[str, str]) -> None:
    refused = await knock(address, **headers)
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
async def test_whoever_sends_a_key_is_let_in(address: str, headers: dict[str, str]) -> None:
    assert (await knock(address, **headers)).status_code == 200


def test_a_line_break_cannot_follow_a_key() -> None:
    assert sent_key({"X-API-Key": f"{ALICE}\n"}) is None


async def test_health_and_readiness_need_no_key_and_the_rest_does(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as http:
        statuses = {
            path: (await http.get(path)).status_code
            for path in ("/health", "/ready", "/.well-known/oauth-protected-resource", "/admin")
        }
    assert [*statuses.values()] == [200, 200, 404, 401]


async def test_it_is_ready_only_while_it_serves() -> None:
    app = web_app(build_server(REMOTE), REMOTE)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1")
    assert (await http.get("/ready")).status_code == 503
    async with app.router.lifespan_context(app):
        assert (await http.get("/ready")).status_code == 200
    assert (await http.get("/ready")).status_code == 503
    assert (await http.get("/health")).status_code == 200


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
async def test_only_allowed_names_are_answered(
    address: str, headers: dict[str, str], status: int
) -> None:
    assert (await knock(address, **{"X-API-Key": ALICE, **headers})).status_code == status


async def test_a_screenshot_of_10_mb_fits_and_more_is_refused(address: str) -> None:
    ten_megabytes_as_base64 = "A" * (4 * 10 * 1024 * 1024 // 3)
    fits = json.dumps({**PING, "params": {"_meta": {"picture": ten_megabytes_as_base64}}}).encode()
    assert (await knock(address, fits, **{"X-API-Key": ALICE})).status_code == 200
    more = fits.ljust(MOST_BYTES + 1)
    assert (await knock(address, more, **{"X-API-Key": ALICE})).status_code == 413


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"host": "0.0.0.0"}, "other computers can reach 0.0.0.0: that needs --allow-remote"),
        ({"allow_remote": True}, "add --transport streamable-http"),
        ({"allow_remote": True, "transport": "sse"}, "needs --allowed-host"),
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
    refused = coasty_mcp(*REMOTELY, "--port", "0", **{variable: "sentinel"})
    assert (refused.returncode, refused.stdout) == (2, "")
    [line] = refused.stderr.splitlines()
    assert sentence in line
    assert "sentinel" not in line


@pytest.mark.parametrize("path", ["/mcp", "/sse"])
async def test_callers_have_the_account_of_their_key(path: str, era: Era) -> None:
    transport = "sse" if path == "/sse" else "streamable-http"
    settings = REMOTE.model_copy(update={"transport": transport})
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(settings))
        alice, bob = [
            await stack.enter_async_context(calling(address, key, era, path))
            for key in (ALICE, BOB)
        ]
        machine = {"machine_id": await provisioned(alice)}
        assert not (await alice.call_tool("coasty_get_machine", machine)).is_error
        assert error(await bob.call_tool("coasty_get_machine", machine))["status"] == 404
        suggested = await bob.complete(
            PromptReference(name="start_automation_session"), {"name": "machine_id", "value": ""}
        )
        assert suggested.completion.values == []


async def test_a_caller_cannot_use_the_picture_of_another(address: str, era: Era) -> None:
    """Not even one with the same account."""
    async with calling(address, ALICE, era) as alice, calling(address, CAROL, era) as carol:
        shot = {"screenshot_id": await seen(alice, await provisioned(alice))}
        goal = {"instruction": "Log in"}
        refused = await carol.call_tool("coasty_predict", shot | goal)
        assert "no longer kept" in text(refused)
        assert not (await alice.call_tool("coasty_predict", shot | goal)).is_error


async def test_the_keys_of_callers_never_mix() -> None:
    """What reaches the API: the key, and the machine, which is named for its owner."""
    reached: list[tuple[str, str]] = []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        await checkpoint()
        key, machine = request.headers["X-API-Key"], request.url.path.rpartition("/")[2]
        reached.append((key, machine))
        assert "Cookie" not in request.headers
        body = {"error": {"code": "NOT_FOUND", "message": f"No {machine} for {key[10:14]}."}}
        return httpx2.Response(404, json=body, headers={"Set-Cookie": f"who={key}; Path=/"})

    settings = REMOTE.model_copy(update={"sandbox": False, "base_url": "http://api.test/v1"})
    keys = {"test": ALICE, "live": BOB}

    async def ask(host: Client, name: str, number: int) -> None:
        machine = f"mch_{name}_{number}"
        answer = await host.call_tool("coasty_get_machine", {"machine_id": machine})
        assert error(answer)["message"] == f"No {machine} for {name}."

    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(connect(settings))
        http._transport = httpx2.MockTransport(answer)
        address = await stack.enter_async_context(served(settings, http))
        hosts = {
            name: await stack.enter_async_context(calling(address, key))
            for name, key in keys.items()
        }
        async with create_task_group() as group:
            for number in range(100):
                for name, host in hosts.items():
                    group.start_soon(partial(ask, host, name, number))
    assert len(reached) == 200
    assert all(
        machine.startswith(f"mch_{name}_")
        for name, key in keys.items()
        for sent, machine in reached
        if sent == key
    )
