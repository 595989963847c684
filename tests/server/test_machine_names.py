"""Machines are called by their names: the right one, or none."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Request, Response
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.api_keys import Mode
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.fakes import Flaky, refusal
from support.mcp_client import (
    LIVE_KEY,
    Era,
    drawn,
    error,
    new_machine,
    recorded,
    seated,
    structured,
    text,
)

GET = "coasty_get_machine"
WITH_MACHINE = [
    tool
    for toolset in TOOLSETS
    for tool in toolset.tools
    if "machine_id" in tool.function.__annotations__
]


def named_machine(world: World, name: str, account: Mode = "test") -> Machine:
    return new_machine(world.accounts[account], display_name=name)


async def found(model: Client, name: str) -> dict[str, Any]:
    return structured(await model.call_tool(GET, {"machine_id": name}))["machine"]


def paths(sent: list[Request]) -> list[str]:
    return [request.url.path.removeprefix("/v1") for request in sent]


@pytest.mark.parametrize("name", ["desk", "Night shift (2)", "worker-1", "Büro №7", "2026"])
async def test_a_machine_is_found_by_its_name(era: Era, world: World, name: str) -> None:
    named_machine(world, "another")
    machine = named_machine(world, name)
    async with seated(era, world) as model:
        for spelt in (name, name.upper(), f" {name} "):
            assert (await found(model, spelt))["id"] == machine.id


async def test_a_name_in_the_same_letters_goes_before_one_in_others(era: Era, world: World) -> None:
    small, _ = named_machine(world, "desk"), named_machine(world, "Desk")
    async with seated(era, world) as model:
        assert (await found(model, "desk"))["id"] == small.id


async def test_a_name_of_several_machines_is_refused_with_their_ids(era: Era, world: World) -> None:
    machines = [named_machine(world, "desk"), named_machine(world, "desk")]
    async with seated(era, world) as model:
        refused = await model.call_tool(
            "coasty_run_terminal_command", {"machine_id": "desk", "command": "rm -r ."}
        )
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "2 machines are called desk" in text(refused)
    assert all(each.id in text(refused) for each in machines)
    assert not any(drawn(each).scene().history for each in machines)


async def test_a_name_that_no_machine_has_is_refused_with_those_there_are(
    era: Era, world: World
) -> None:
    machine = named_machine(world, "desk")
    async with seated(era, world) as model:
        for name in ("the desk", "office"):
            refused = await model.call_tool(GET, {"machine_id": name})
            assert f"No machine is called {name}." in text(refused)
            assert f"{machine.id} (desk, running)" in text(refused)


async def test_a_terminated_machine_keeps_no_name(era: Era, world: World) -> None:
    gone, machine = named_machine(world, "desk"), named_machine(world, "desk")
    async with seated(era, world) as model:
        await model.call_tool("coasty_terminate_machine", {"machine_id": gone.id})
        assert (await found(model, "desk"))["id"] == machine.id


async def test_an_id_is_never_taken_for_a_name(era: Era, world: World) -> None:
    machine = named_machine(world, "desk")
    named_machine(world, machine.id)
    named_machine(world, "mch_test_0000")
    async with seated(era, world) as model:
        assert (await found(model, machine.id))["id"] == machine.id
        refused = await model.call_tool(GET, {"machine_id": "mch_test_0000"})
    assert error(refused)["code"] == "MACHINE_NOT_FOUND"


@pytest.mark.parametrize("machine_id", ["mch_test_4f2a", "0b9c1f1e-8a53-4b0c-9b1e-2d7a6c1f0e55"])
async def test_for_an_id_nothing_is_looked_up(era: Era, world: World, machine_id: str) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    async with seated(era, http=http) as model:
        await model.call_tool(GET, {"machine_id": machine_id})
    assert paths(sent) == [f"/machines/{machine_id}"]


async def test_a_name_costs_one_request_more_and_the_rest_goes_by_id(
    era: Era, world: World
) -> None:
    machine, http = named_machine(world, "desk"), sandbox_client(world)
    sent = recorded(http)
    async with seated(era, http=http) as model:
        await model.call_tool("coasty_take_machine_screenshot", {"machine_id": "desk"})
    assert paths(sent) == ["/machines", f"/machines/{machine.id}/screenshot"]


async def test_where_machines_may_not_be_listed_a_possible_id_is_passed_on(era: Era) -> None:
    denied = refusal(403, "INSUFFICIENT_SCOPE")
    api = Flaky(denied, refusal(404, "MACHINE_NOT_FOUND"), denied)
    async with api.client() as http, seated(era, http=http) as model:
        passed_on = await model.call_tool(GET, {"machine_id": "desk"})
        refused = await model.call_tool(GET, {"machine_id": "my desk"})
    assert error(passed_on)["code"] == "MACHINE_NOT_FOUND"
    assert "Names cannot be looked up: It says INSUFFICIENT_SCOPE" in text(refused)
    assert paths(api.requests) == ["/machines", "/machines/desk", "/machines"]


async def test_with_more_machines_than_are_listed_no_name_is_unique(era: Era) -> None:
    page = {"data": [{"id": "vm-1", "display_name": "my desk"}], "has_more": True}
    api = Flaky(Response(200, json=page))
    async with api.client() as http, seated(era, http=http) as model:
        refused = await model.call_tool(GET, {"machine_id": "my desk"})
    assert "With more than 200 machines only ids can be passed." in text(refused)


async def test_the_person_is_asked_about_the_machine_that_is_meant(era: Era, world: World) -> None:
    machine, asked = named_machine(world, "desk", "live"), list[str]()

    async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"agree": True})

    settings = Settings(api_key=SecretStr(LIVE_KEY), confirm="auto")
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    async with Client(server, mode=era, elicitation_callback=agree) as model:
        gone = await model.call_tool("coasty_terminate_machine", {"machine_id": "desk"})
    assert structured(gone)["machine_id"] == machine.id
    assert machine.id in asked[0]
    assert len(asked) == 1


@pytest.mark.parametrize("tool", WITH_MACHINE, ids=lambda tool: tool.name)
async def test_every_tool_with_a_machine_takes_its_name(http: AsyncClient, tool: Any) -> None:
    """Asked with a name that nobody has, so that nothing but the name is looked at."""
    every = Settings(sandbox=True, toolsets=("all",))
    async with seated(http=http, settings=every) as model:
        refused = await model.call_tool(tool.name, {"machine_id": "no such machine"})
    assert "No machine is called no such machine." in text(refused)
