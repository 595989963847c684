"""Predictions that are carried out by their id."""

from httpx2 import AsyncClient

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from support.mcp_client import (
    Clock,
    Era,
    drawn,
    new_machine,
    recorded,
    seated,
    structured,
    text,
    written_call,
)

ACT, PREDICT = "coasty_execute_machine_action", "coasty_predict"
GOAL = {"instruction": "Open the browser"}


async def test_a_prediction_is_carried_out_by_its_id_and_predicted_on_from_its_picture(
    era: Era, clock: Clock, world: World, machine: Machine
) -> None:
    sent = recorded(http := sandbox_client(world))
    asked = {**GOAL, "machine_id": machine.id, "preset": "precise", "max_actions": 3}
    async with seated(era, http=http, clock=clock) as model:
        predicted = structured(await model.call_tool(PREDICT, asked))
        tool, order = written_call(predicted["next"])
        done = await model.call_tool(tool, order)
        again, arguments = written_call(text(done).splitlines()[-1].removeprefix("Next: "))
        before = len(sent)
        following = structured(await model.call_tool(again, arguments))
    assert order == {
        "machine_id": machine.id,
        "prediction_id": predicted["prediction_id"],
        "return_screenshot": True,
    }
    shot = next(line for line in text(done).splitlines() if line.startswith("shot_"))
    assert (again, arguments) == (
        PREDICT,
        {**GOAL, "screenshot_id": shot.split()[0], "preset": "precise", "max_actions": 3},
    )
    assert following["status"] == "done"
    assert [request.url.path for request in sent[before:]] == ["/v1/predict"]


async def test_a_prediction_is_carried_out_once_however_often_it_is_asked_for(
    clock: Clock, world: World, machine: Machine
) -> None:
    machine.computer.run("browser_open", {"url": "https://example.com/contact"})
    goal = {"instruction": 'Type "Ada" into Name and "me" into Message', "machine_id": machine.id}
    async with seated(world=world, clock=clock) as model:
        predicted = structured(await model.call_tool(PREDICT, goal))
        order = {"machine_id": machine.id, "prediction_id": predicted["prediction_id"]}
        once = structured(await model.call_tool(ACT, order))
        twice = structured(await model.call_tool(ACT, order))
    assert "warnings" not in once
    assert twice["warnings"] == [
        "It had been carried out before, and was not again: predict again to go on."
    ]
    assert sum(entry == "type Ada" for entry in drawn(machine).scene().history) == 1


async def test_a_prediction_for_another_machine_is_refused(
    world: World, http: AsyncClient, machine: Machine
) -> None:
    other = new_machine(world.accounts["test"], display_name="other")
    async with seated(http=http) as model:
        predicted = structured(await model.call_tool(PREDICT, {**GOAL, "machine_id": other.id}))
        prediction_id = predicted["prediction_id"]
        refused = await model.call_tool(
            ACT, {"machine_id": machine.id, "prediction_id": prediction_id}
        )
    assert text(refused).startswith(
        f"{prediction_id} is for the screen of {other.id}, not of {machine.id}."
    )


async def test_after_a_long_instruction_the_next_call_leaves_it_to_the_model(
    clock: Clock, world: World, machine: Machine
) -> None:
    long = f'Open the browser, then type "{"a" * 700}"'
    goal = {"instruction": long, "machine_id": machine.id}
    async with seated(world=world, clock=clock) as model:
        predicted = structured(await model.call_tool(PREDICT, goal))
        order = {"machine_id": machine.id, "prediction_id": predicted["prediction_id"]}
        done = structured(await model.call_tool(ACT, order))
    assert done["next"] == f'coasty_predict(machine_id="{machine.id}", instruction="...")'
