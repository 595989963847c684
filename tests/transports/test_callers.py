"""Several callers of one server over HTTP: what they see of each other, and that is nothing."""

from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import httpx2
import pytest
from anyio import Event, create_task_group, sleep, to_thread
from anyio.lowlevel import checkpoint
from mcp import Client
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.types import PromptReference
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coasty_mcp.api.secrets import Secrets
from coasty_mcp.api.wire.policy import ActionPolicy
from coasty_mcp.money import Budget
from coasty_mcp.recording.activity import Activity
from coasty_mcp.sandbox import sandbox_client
from coasty_mcp.server.build import _context_of_caller  # pyright: ignore[reportPrivateUsage]
from coasty_mcp.server.callers import Callers
from coasty_mcp.server.context import AppContext
from coasty_mcp.server.http_client import HttpConnection
from coasty_mcp.settings import Settings
from coasty_mcp.transports.api_keys import authenticated_user
from support.command_process import COMMAND, environment
from support.command_process import listening as serving
from support.http_callers import ALICE, BOB, CAROL, REMOTE, REMOTELY, calling, listening, served
from support.mcp_client import Era, error, structured, text

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


async def provisioned(host: Client) -> str:
    started = await host.call_tool("coasty_provision_machine", {"display_name": "desk"})
    return structured(started)["machine"]["id"]


async def seen(host: Client, machine_id: str) -> str:
    """A screenshot's id."""
    shot = await host.call_tool("coasty_take_machine_screenshot", {"machine_id": machine_id})
    return text(shot).split()[0]


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


async def test_a_caller_cannot_use_the_picture_of_another(era: Era) -> None:
    """Not even one with the same account."""
    async with (
        served() as address,
        calling(address, ALICE, era) as alice,
        calling(address, CAROL, era) as carol,
    ):
        shot = {"screenshot_id": await seen(alice, await provisioned(alice))}
        goal = {"instruction": "Log in"}
        refused = await carol.call_tool("coasty_predict", shot | goal)
        assert "no longer kept" in text(refused)
        assert not (await alice.call_tool("coasty_predict", shot | goal)).is_error


SHARED = {"connection", "sleep", "now", "policy", "offered_tools", "open_view"}
"""What two callers share: ways to the API and time, and what is the same for all."""
KEPT = ("predictions", "page_elements")
"""Two rooms for all, in which each caller finds only what is theirs; pictures have a third."""


def test_callers_share_nothing_but_what_is_the_same_for_all(tmp_path: Path) -> None:
    settings = REMOTE.model_copy(update={"record_dir": tmp_path, "max_credits": 5})
    policy = ActionPolicy(max_actions=1)
    secrets = Secrets({"PASSWORD": "of the owner"})
    connection = HttpConnection(settings, sandbox_client())
    own = AppContext(connection, settings, policy=policy, secrets=secrets, activity=Activity())
    callers = Callers(_context_of_caller)

    def app(key: str) -> AppContext:
        with identified(key):
            return callers.context(own)

    alice, carol = app(ALICE), app(CAROL)
    names = {field.name for field in fields(AppContext)}
    same = {each for each in names if getattr(alice, each) is getattr(carol, each)}
    assert same == SHARED
    assert not {each for each in names - SHARED if getattr(alice, each) is getattr(own, each)}
    for name in KEPT:
        getattr(alice, name).keep("a", "hers")
        assert getattr(alice, name).get("a") == "hers"
        assert getattr(carol, name).get("a") is None
    assert alice.policy is policy
    assert alice.secrets.names == []
    assert {each.identity["X-API-Key"] for each in (alice, carol)} == {ALICE, CAROL}


class Notary:
    """An API that knows no machine, tries to leave a cookie, and writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        """The key and the machine of each request."""
        self.connections: set[object] = set()

    async def answer(self, request: Request) -> Response:
        await checkpoint()
        key, machine = request.headers["X-API-Key"], request.path_params["machine"]
        self.asked.append((key, machine))
        self.connections.add(request.client)
        assert not request.cookies
        error = {"code": "NOT_FOUND", "message": f"{machine} is not {key[10:14]}'s."}
        cookie = {"Set-Cookie": f"who={key}; Path=/"}
        return JSONResponse({"error": error}, status_code=404, headers=cookie)


async def test_the_keys_of_callers_never_mix_though_they_share_connections() -> None:
    """Each machine is named for the key of the one who asks for it."""

    async def ask(host: Client, name: str, number: int) -> None:
        machine = f"mch_{name}_{number}"
        answer = await host.call_tool("coasty_get_machine", {"machine_id": machine})
        assert error(answer)["message"] == f"{machine} is not {name}'s."

    notary = Notary()
    async with AsyncExitStack() as stack:
        api = Starlette(routes=[Route("/v1/machines/{machine}", notary.answer)])
        url = await stack.enter_async_context(listening(api))
        settings = REMOTE.model_copy(update={"sandbox": False, "base_url": f"{url}/v1"})
        address = await stack.enter_async_context(served(settings))
        hosts = {
            key[10:14]: await stack.enter_async_context(calling(address, key))
            for key in (ALICE, BOB)
        }
        for name, host in hosts.items():
            await ask(host, name, 0)
        assert len(notary.connections) == 1
        async with create_task_group() as group:
            for number in range(1, 100):
                for name, host in hosts.items():
                    group.start_soon(ask, host, name, number)
    keys = {"test": ALICE, "live": BOB}
    assert sorted(notary.asked) == sorted(
        (key, f"mch_{name}_{number}") for name, key in keys.items() for number in range(100)
    )


async def test_a_call_under_way_is_answered_though_the_server_is_told_to_end(era: Era) -> None:
    arrived = Event()

    async def answer(_: Request) -> Response:
        arrived.set()
        await sleep(1)  # event streams would be cut after half a second
        return JSONResponse({"data": []})

    async with AsyncExitStack() as stack:
        api = Starlette(routes=[Route("/v1/machines", answer)])
        url = await stack.enter_async_context(listening(api))
        command = [COMMAND, *REMOTELY, "--port", "0", "--base-url", f"{url}/v1"]
        server = stack.enter_context(
            Popen(command, stderr=PIPE, stdout=DEVNULL, text=True, env=environment())
        )
        stack.callback(server.kill)
        assert server.stderr
        address = server.stderr.readline().split()[1].removesuffix("/mcp")
        host = await stack.enter_async_context(calling(address, ALICE, era))
        await host.list_tools()  # or it asks for their schemas after the call
        async with create_task_group() as group:

            async def end() -> None:
                await arrived.wait()
                server.terminate()

            group.start_soon(end)
            structured(await host.call_tool("coasty_list_machines"))
        assert await to_thread.run_sync(server.wait, 5) == 0


@contextmanager
def identified(key: str) -> Generator[None]:
    """As in a request with that key."""
    token = auth_context_var.set(authenticated_user(key))
    try:
        yield
    finally:
        auth_context_var.reset(token)


def test_who_called_longest_ago_is_forgotten_first() -> None:
    own = AppContext(HttpConnection(REMOTE, sandbox_client()), REMOTE)
    callers = Callers(lambda own, _: replace(own, screenshots=own.screenshots), most=2)

    def app(key: str) -> AppContext:
        with identified(key):
            return callers.context(own)

    first, second = app(ALICE), app(BOB)
    assert app(ALICE) is first
    app(CAROL)
    assert app(ALICE) is first
    assert app(BOB) is not second


def test_whose_money_was_spent_is_forgotten_after_all_others() -> None:
    own = AppContext(HttpConnection(REMOTE, sandbox_client()), REMOTE)
    callers = Callers(lambda own, _: replace(own, budget=Budget(limit=10)), most=2)

    def app(key: str) -> AppContext:
        with identified(key):
            return callers.context(own)

    app(ALICE).budget.spent = 9
    for made_up in range(5):
        app(f"sk-coasty-live-{made_up:048}")
    assert app(ALICE).budget.spent == 9
    app(BOB).budget.spent = 8
    assert app(CAROL) is app(CAROL)
    assert app(ALICE).budget.spent == 0


def test_a_request_without_a_key_is_the_servers_own() -> None:
    """Over stdio, and for this computer alone."""
    own = AppContext(HttpConnection(Settings(), sandbox_client()), Settings())
    assert Callers(lambda own, _: replace(own)).context(own) is own


def test_no_log_tells_a_key(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving("--sandbox", *REMOTELY, "--log-level", "DEBUG", "--log-file", str(log)) as served:
        for headers in ({"X-API-Key": BOB}, {"Authorization": f"Bearer {BOB}"}):
            answer = httpx2.post(served.url, json=PING, headers=JSON | headers)
            assert answer.status_code == 200
        assert httpx2.post(served.url, json=PING, headers={"X-API-Key": "swordfish"}).is_error
    assert log.read_text()
    assert BOB not in log.read_text()
    assert "swordfish" not in log.read_text()
