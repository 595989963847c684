"""Machines that run on cost money, and are named."""

from pathlib import Path
from typing import Any

import pytest
from anyio import Event, create_task_group, sleep_forever
from httpx2 import AsyncBaseTransport, AsyncClient, ReadError, Request, Response
from mcp import Client
from pydantic import SecretStr

from coasty_mcp.api.errors import CoastyError
from coasty_mcp.money import Budget, SpendLog
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.client_calls import BOT
from support.command_process import COMMAND, listening
from support.fakes import Flaky, refusal
from support.mcp_client import (
    A_FRIDAY,
    LIVE_KEY,
    Clock,
    Era,
    bodies,
    new_machine,
    recorded,
    seated,
    structured,
)
from support.spending import client
from support.stdio_process import Guest

LIVE = Settings(api_key=SecretStr(LIVE_KEY), toolsets=("all",))


async def provision(model: Client, **wanted: Any) -> str:
    made = await model.call_tool("coasty_provision_machine", {"display_name": "desk", **wanted})
    return structured(made)["machine"]["id"]


async def test_a_machine_without_a_lease_gets_the_default(era: Era, world: World) -> None:
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    settings = LIVE.model_copy(update={"default_ttl_minutes": 30})
    async with seated(era, http=http, settings=settings) as model:
        await provision(model)
        await provision(model, ttl_minutes=60)
    assert [body["ttl_minutes"] for body in bodies(sent, "machines")] == [30, 60]


async def test_machines_that_still_cost_money_are_known_at_the_end(
    clock: Clock, world: World, tmp_path: Path
) -> None:
    settings = LIVE.model_copy(update={"state_dir": tmp_path})
    http = sandbox_client(world, LIVE_KEY)
    async with seated(http=http, settings=settings, sleep=clock.sleep) as model:
        kept, stopped, gone = [await provision(model) for _ in range(3)]
        await model.call_tool("coasty_stop_machine", {"machine_id": stopped, "wait": True})
        await model.call_tool("coasty_terminate_machine", {"machine_id": gone})
        leased = await provision(model, ttl_minutes=5)
        theirs = new_machine(world.accounts["live"]).id
        await model.call_tool("coasty_get_machine", {"machine_id": theirs})
    later = Budget(journal=SpendLog(tmp_path, LIVE_KEY))
    assert later.running(clock.now()) == [f"{kept} (desk)", f"{leased} (desk)"]
    await clock.sleep(400)
    assert later.running(clock.now()) == [f"{kept} (desk)"]


class Unanswered(AsyncBaseTransport):
    """The way to the sandbox, which never brings back that a machine was started."""

    def __init__(self, world: World) -> None:
        self.sandbox, self.asked = sandbox_client(world, LIVE_KEY), Event()

    async def handle_async_request(self, request: Request) -> Response:
        answer = await self.sandbox.send(request)
        if request.method == "POST":
            self.asked.set()
            await sleep_forever()
        return answer

    def client(self) -> AsyncClient:
        return AsyncClient(transport=self, base_url="http://unanswered/v1")


async def test_a_machine_whose_start_was_given_up_may_run_on(world: World) -> None:
    answering = Unanswered(world)
    server = build_server(LIVE, TOOLSETS, answering.client())
    async with create_task_group() as calls, Client(server) as model:
        calls.start_soon(provision, model)
        await answering.asked.wait()
        calls.cancel_scope.cancel()
    assert server.still_running() == ["perhaps desk, whose start was not answered"]


async def test_a_start_that_was_answered_or_refused_is_no_longer_in_doubt() -> None:
    refused = refusal(402, "INSUFFICIENT_CREDITS")
    made = Response(201, json={"machine": {"id": "mch_1", "status": "running"}})
    budget = Budget()
    api = client(Flaky(refused, *[ReadError("")] * 5, made), budget)
    with pytest.raises(CoastyError):
        await api.machines.provision(BOT, "one")
    assert budget.running() == []
    with pytest.raises(CoastyError):
        await api.machines.provision(BOT, "two")
    assert len(budget.running()) == 1
    await api.machines.provision(BOT, "two")
    assert budget.running() == ["mch_1 (bot)"]


async def test_the_last_line_names_the_machines_that_run_on() -> None:
    with listening("sandbox") as api:
        live = {"COASTY_API_KEY": LIVE_KEY, "COASTY_BASE_URL": api.url}
        with Guest(COMMAND, **live) as server:
            server.greet()
            desk = {"name": "coasty_provision_machine", "arguments": {"display_name": "desk"}}
            made = server.ask("tools/call", **desk)
            machine = made["structuredContent"]["machine"]["id"]
            server.stdin.close()
            code, _, stderr = server.left()
    assert code == 0
    assert stderr == f"coasty-mcp: still running, and costing money: {machine} (desk).\n"


async def test_a_test_machine_costs_nothing_and_is_not_listed(world: World) -> None:
    server = build_server(
        Settings(api_key=SecretStr("sk-coasty-test-" + "0" * 48)), TOOLSETS, sandbox_client(world)
    )
    async with Client(server) as model:
        await provision(model)
    assert server.still_running() == []


def test_nothing_hides_in_the_ids_and_names_of_machines(tmp_path: Path) -> None:
    log, planted = SpendLog(tmp_path, LIVE_KEY), "m\nrunning: \x1b[2J\u202e"
    budget = Budget(journal=SpendLog(tmp_path, LIVE_KEY))
    log.add({"machine": planted, "display_name": planted, "status": "running"})
    [named] = budget.running()
    assert named.isprintable()


@pytest.mark.parametrize("gone", ["deleting", "terminating", "terminated", "gone", "error"])
async def test_a_machine_that_is_seen_to_be_gone_sets_nothing_aside(gone: str) -> None:
    seen = ({"machine": {"id": "m", "status": each}} for each in ("running", "stopping", gone))
    budget = Budget(10, now=lambda: A_FRIDAY)
    api = client(Flaky(*(Response(200, json=each) for each in seen)), budget)
    await api.machines.provision(BOT)
    for room in (5, 10):
        await api.machines.get("m")
        assert budget.room() == room


@pytest.mark.parametrize("resting", ["stopped", "suspended"])
async def test_a_machine_that_is_seen_to_rest_is_not_said_to_run(resting: str) -> None:
    seen = ({"machine": {"id": "m", "status": each}} for each in ("running", resting))
    budget = Budget()
    api = client(Flaky(*(Response(200, json=each) for each in seen)), budget)
    await api.machines.provision(BOT)
    assert budget.running() == ["m (bot)"]
    await api.machines.get("m")
    assert budget.running() == []
