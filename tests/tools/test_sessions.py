"""Predictions that remember their earlier steps, as the model asks for them."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Request
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.settings import Settings
from support.fakes import Lossy
from support.mcp_client import (
    LIVE_KEY,
    Clock,
    Era,
    bodies,
    error,
    new_machine,
    picture,
    seated,
    structured,
    text,
    written_call,
)

CREATE, PREDICT, LIST = "coasty_create_session", "coasty_session_predict", "coasty_list_sessions"
RESET, CLOSE = "coasty_reset_session", "coasty_close_session"
LOOK = "coasty_take_machine_screenshot"
OPEN = {"instruction": "Open the browser"}
WITH_SESSIONS = Settings(sandbox=True, toolsets=("machines", "sessions"))


async def created(model: Client, machine: Machine, **more: Any) -> str:
    made = await model.call_tool(CREATE, {"machine_id": machine.id, **more})
    return structured(made)["session_id"]


async def test_a_session_says_its_price_its_end_and_how_to_go_on(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["live"])
    live = sandbox_client(world, LIVE_KEY)
    async with seated(era, http=live, settings=WITH_SESSIONS) as model:
        made = await model.call_tool(CREATE, {"machine_id": machine.id})
        name, arguments = written_call(structured(made)["next"])
        predicted = await model.call_tool(name, {**arguments, **OPEN})
    session_id = structured(made)["session_id"]
    assert text(made).splitlines()[:2] == [
        f"Session {session_id} for 1280x720 pictures.",
        "Unused, it ends at 2026-05-01T10:30:00Z; each use gives it two hours more.",
    ]
    said = structured(predicted)
    assert said["step"] == 1
    assert said["credits"] == {"charged": 4, "remaining": 9986, "session": 14}
    assert "4 credits charged, 9986 left, 14 this session." in text(predicted)


async def test_each_picture_it_remembers_is_paid_for(world: World) -> None:
    machine = new_machine(world.accounts["live"])
    live = sandbox_client(world, LIVE_KEY)
    async with seated(http=live, settings=WITH_SESSIONS) as model:
        it = {"session_id": await created(model, machine), "machine_id": machine.id, **OPEN}
        prices = [structured(await model.call_tool(PREDICT, it)) for _ in range(2)]
    assert [each["credits"]["charged"] for each in prices] == [4, 6]


async def test_a_task_is_carried_through_in_one_session(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world, settings=WITH_SESSIONS) as model:
        goal = {"session_id": await created(model, machine), "machine_id": machine.id, **OPEN}
        predicted = structured(await model.call_tool(PREDICT, goal))
        while predicted["status"] == "continue":
            await model.call_tool(*written_call(predicted["next"]))
            predicted = structured(await model.call_tool(PREDICT, goal))
    assert predicted["status"] == "done"
    assert predicted["step"] > 1


async def test_points_are_told_in_the_pixels_of_the_machine(world: World, machine: Machine) -> None:
    async with seated(world=world, settings=WITH_SESSIONS) as model:
        it = {"session_id": await created(model, machine), "machine_id": machine.id, **OPEN}
        predicted = structured(await model.call_tool(PREDICT, it))
    assert predicted["screenshot_id"].startswith("shot_1920x1080_of_1920x1080_")
    point = predicted["actions"][0]["params"]
    assert (point["x"], point["y"]) == (96, 96)


@pytest.mark.parametrize(("hd", "size"), [(False, "1280x720"), (True, "1920x1080")])
async def test_all_pictures_are_sent_in_the_size_of_the_session(
    http: AsyncClient, sent: list[Request], machine: Machine, hd: bool, size: str
) -> None:
    async with seated(http=http, settings=WITH_SESSIONS) as model:
        session_id = await created(model, machine, hd=hd)
        await model.call_tool(PREDICT, {"session_id": session_id, "machine_id": machine.id, **OPEN})
    [session] = bodies(sent, "sessions")
    [predict] = bodies(sent, f"sessions/{session_id}/predict")
    width, height = map(int, size.split("x"))
    assert session.get("screen_width", 1920) == width  # the default is not sent
    assert session.get("screen_height", 1080) == height
    assert {"screenshot", "instruction", "include_raw_code"} <= predict.keys()
    assert not {"screen_width", "screen_height"} & predict.keys()


async def test_another_screen_size_is_refused_before_it_costs_anything(
    era: Era, world: World, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    small = new_machine(world.accounts["test"], metadata={"screen": "1280x720"})
    async with seated(era, http=http, settings=WITH_SESSIONS) as model:
        session_id = await created(model, machine, hd=True)
        refused = await model.call_tool(
            PREDICT, {"session_id": session_id, "machine_id": small.id, **OPEN}
        )
    assert text(refused).startswith(
        "This session is for pictures of 1920x1080, and this one would be 1280x720: "
        "begin another with coasty_create_session."
    )
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert bodies(sent, f"sessions/{session_id}/predict") == []


async def test_steering_goes_to_the_session(
    http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    given = {
        "max_trajectory_length": 5,
        "tools": ["click"],
        "system_prompt": "You are careful.",
        "cua_version": "v4",
    }
    own = {"preset": "precise", "instructions": "Prefer the keyboard."}
    async with seated(http=http, settings=WITH_SESSIONS) as model:
        await created(model, machine, **given, **own)
    [body] = bodies(sent, "sessions")
    assert {name: body[name] for name in given} == given
    assert "centre of an element" in body["instructions"]
    assert body["instructions"].endswith("\nPrefer the keyboard.")


async def test_a_preview_is_the_picture_with_the_action_on_it(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world, settings=WITH_SESSIONS) as model:
        it = {"session_id": await created(model, machine), "machine_id": machine.id, **OPEN}
        seen = await model.call_tool(LOOK, {"machine_id": machine.id})
        done = await model.call_tool(PREDICT, {**it, "preview": True})
    assert done.structured_content is None
    assert "\nNext: coasty_execute_machine_action(" in text(done)
    assert picture(done).size == (1280, 720)
    assert picture(done).data != picture(seen).data


async def test_a_reset_session_begins_again_and_a_closed_one_is_gone(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world, settings=WITH_SESSIONS) as model:
        it = {"session_id": await created(model, machine)}
        look = {**it, "machine_id": machine.id, **OPEN}
        await model.call_tool(PREDICT, look)
        before = await model.call_tool(LIST, {})
        await model.call_tool(RESET, it)
        again = await model.call_tool(PREDICT, look)
        closed = await model.call_tool(CLOSE, it)
        after = await model.call_tool(LIST, {})
        refused = await model.call_tool(PREDICT, look)
    assert text(before).startswith(f"{it['session_id']}: 1280x720, 1 step, 0 credits, until 2026")
    assert structured(again)["step"] == 1
    assert text(closed).startswith(f"Session {it['session_id']} is closed.")
    assert text(after) == "There are no sessions."
    assert error(refused)["code"] == "SESSION_NOT_FOUND"


async def test_a_session_that_was_left_alone_has_ended(
    clock: Clock, world: World, machine: Machine
) -> None:
    async with seated(world=world, settings=WITH_SESSIONS) as model:
        it = {"session_id": await created(model, machine), "machine_id": machine.id, **OPEN}
        await clock.sleep(7201)
        refused = await model.call_tool(PREDICT, it)
    assert "Sessions end after two idle hours: coasty_create_session begins another." in text(
        refused
    )


async def test_a_retry_predicts_once(clock: Clock, world: World, machine: Machine) -> None:
    network = Lossy(world, lost=2)
    async with seated(http=network.client(), sleep=clock.sleep, settings=WITH_SESSIONS) as model:
        session_id = await created(model, machine)
        it = {"session_id": session_id, "machine_id": machine.id, **OPEN}
        predicted = await model.call_tool(PREDICT, {**it, "idempotency_key": "mine"})
        listed = await model.call_tool(LIST, {})
    assert structured(predicted)["step"] == 1
    assert [each["step_count"] for each in structured(listed)["sessions"]] == [1]
