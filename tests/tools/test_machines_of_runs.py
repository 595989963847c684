"""What a run says of a machine that is stopped or goes away, and a machine of its runs."""

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machines
from coasty_mcp.settings import Settings
from support.mcp_client import Era, new_machine, seated, structured, text

START, WATCH = "coasty_start_run", "coasty_watch_run"
WITH_RUNS = Settings(sandbox=True, toolsets=("machines", "runs"))


@pytest.fixture
def world() -> World:
    """Return a world in which an agent takes no time."""
    return World(pace=0)


async def test_a_run_on_a_stopped_machine_says_to_start_it(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["test"])
    world.accounts["test"].area(Machines).begin(machine, "stopping")
    async with seated(era, world, settings=WITH_RUNS) as model:
        begun = await model.call_tool(START, {"machine_id": machine.id, "task": "Open the browser"})
        seen = structured(await model.call_tool(WATCH, {"run_id": structured(begun)["id"]}))
    assert seen["status"] == "failed"
    assert "call coasty_start_machine" in seen["warnings"][0]
    assert seen["next"] == f'coasty_start_machine(machine_id="{machine.id}")'


async def test_a_run_of_another_kind_is_looked_for_where_it_is(era: Era, world: World) -> None:
    settings = Settings(sandbox=True, toolsets=("runs", "workflows"))
    async with seated(era, world, settings=settings) as model:
        agents = await model.call_tool(WATCH, {"run_id": "abc"})
        flows = await model.call_tool("coasty_watch_workflow_run", {"run_id": "abc"})
    assert "if it is a workflow's run, call coasty_get_workflow_run." in text(agents)
    assert "if it is an agent's run, call coasty_get_run." in text(flows)


async def test_terminating_a_machine_names_the_runs_that_it_ends(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["test"])
    task = {"machine_id": machine.id, "task": "Ask me. [pause]"}
    async with seated(era, world, settings=WITH_RUNS) as model:
        run = structured(await model.call_tool(START, task))["id"]
        await model.call_tool(WATCH, {"run_id": run})
        gone = await model.call_tool("coasty_terminate_machine", {"machine_id": machine.id})
        again = await model.call_tool("coasty_terminate_machine", {"machine_id": machine.id})
    assert f"fail now: {run} (awaiting_human)." in text(gone)
    assert not again.is_error
