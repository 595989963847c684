"""Following the next lines literally reaches the goal, in few turns and few words."""

import pytest

from coasty_mcp.demo.prediction_loop import GOAL
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.settings import Settings
from support.follower import follow
from support.mcp_client import Clock, Era, drawn, seated, structured, text

MOST_TURNS, MOST_CHARACTERS = 10, 5_000
SENT = [
    *("type Ada Lovelace", "type ada@example.com", "click Support", "type Please call me back."),
    *("click Subscribe to the newsletter", "click Send"),
]


def was_sent(machine: Machine) -> bool:
    scene = drawn(machine).scene()
    entered = [entry for entry in scene.history if entry in SENT]
    return entered == SENT and any("Thank" in each.label for each in scene.elements)


async def test_the_contact_form_is_sent_in_few_turns_and_words(
    era: Era, clock: Clock, world: World, machine: Machine
) -> None:
    order = {"machine_id": machine.id, "instruction": GOAL}
    async with seated(era, world, clock=clock) as model:
        results = await follow(model, "coasty_predict", order)
    assert not any(result.is_error for result in results)
    assert was_sent(machine)
    assert len(results) <= MOST_TURNS
    assert sum(len(text(each)) for each in results) <= MOST_CHARACTERS


async def test_a_session_is_followed_in_the_same_way(
    clock: Clock, world: World, machine: Machine
) -> None:
    settings = Settings(sandbox=True, toolsets=("default", "sessions"))
    async with seated(world=world, settings=settings, clock=clock) as model:
        begun = await model.call_tool("coasty_create_session", {"machine_id": machine.id})
        order = {"session_id": structured(begun)["session_id"], "machine_id": machine.id}
        results = await follow(model, "coasty_session_predict", {**order, "instruction": GOAL})
    assert not any(result.is_error for result in results)
    assert was_sent(machine)
    assert len(results) <= MOST_TURNS


@pytest.mark.parametrize("instruction", ["Open the browser", "Find the zebra"])
async def test_a_verdict_is_compared_with_the_screen(
    era: Era, clock: Clock, world: World, machine: Machine, instruction: str
) -> None:
    order = {"machine_id": machine.id, "instruction": instruction}
    async with seated(era, world, clock=clock) as model:
        *_, verdict, look = await follow(model, "coasty_predict", order)
    assert structured(verdict)["status"] in {"done", "fail"}
    assert "Compare the screen with the goal" in text(verdict)
    assert text(look).startswith("shot_")
