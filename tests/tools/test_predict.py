"""coasty_predict, coasty_ground and coasty_parse: what is asked for, and what comes back."""

import math
from typing import Any

import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.screens import ScreenshotHandle
from support.fakes import Lossy
from support.mcp_client import (
    LIVE_KEY,
    Clock,
    Era,
    bodies,
    drawn,
    error,
    new_machine,
    picture,
    seated,
    structured,
    text,
    written_call,
)

PREDICT, GROUND, PARSE = "coasty_predict", "coasty_ground", "coasty_parse"
LOOK = "coasty_take_machine_screenshot"
OPEN = {"instruction": "Open the browser"}

each_tool = pytest.mark.parametrize(
    ("tool", "arguments"), [(PREDICT, OPEN), (GROUND, {"element": "Browser icon"})]
)


@pytest.mark.parametrize(
    ("tool", "arguments", "price"),
    [
        (PREDICT, OPEN, 5),
        (PREDICT, {**OPEN, "hd": True}, 6),
        (PREDICT, {**OPEN, "cua_version": "v1"}, 8),
        (GROUND, {"element": "Browser icon"}, 3),
        (GROUND, {"element": "Browser icon", "hd": True}, 4),
    ],
)
async def test_a_call_says_what_it_cost_and_what_is_left(
    era: Era, world: World, tool: str, arguments: dict[str, Any], price: int
) -> None:
    machine = new_machine(world.accounts["live"])
    async with seated(era, http=sandbox_client(world, LIVE_KEY)) as model:
        done = await model.call_tool(tool, {"machine_id": machine.id, **arguments})
    said = structured(done)
    assert said["credits"] == {"charged": price, "remaining": 10_000 - price, "session": price}
    assert f"{price} credits charged, {10_000 - price} left" in text(done)


async def test_only_what_was_given_is_sent(
    http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    async with seated(http=http) as model:
        await model.call_tool(PREDICT, {"machine_id": machine.id, **OPEN})
    [body] = bodies(sent, "predict")
    assert {"screenshot", "screen_width", "screen_height", "instruction"} <= body.keys()
    assert not {"tools", "instructions", "system_prompt", "cua_version"} & body.keys()
    assert None not in body.values()


async def test_every_argument_reaches_the_api(
    http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    given = {
        "cua_version": "v3",
        "max_actions": 2,
        "tools": ["click", "type_text"],
        "system_prompt": "You are careful.",
        "include_reasoning": False,
    }
    async with seated(http=http) as model:
        await model.call_tool(PREDICT, {"machine_id": machine.id, **OPEN, **given})
    [body] = bodies(sent, "predict")
    assert {name: body[name] for name in given} == given


@pytest.mark.parametrize(
    ("preset", "word"),
    [
        ("precise", "centre of an element"),
        ("forms", "Empty a field before typing"),
        ("qa", "no workaround"),
        ("read", "verbatim"),
        ("cautious", "cannot be undone"),
        ("batch", "Keep count"),
    ],
)
async def test_a_preset_comes_before_ones_own_instructions(
    http: AsyncClient, sent: list[Request], machine: Machine, preset: str, word: str
) -> None:
    own = "Prefer the keyboard."
    arguments = {"machine_id": machine.id, **OPEN, "preset": preset}
    async with seated(http=http) as model:
        await model.call_tool(PREDICT, arguments)
        await model.call_tool(PREDICT, {**arguments, "instructions": own})
    alone, both = (body["instructions"] for body in bodies(sent, "predict"))
    assert word in alone
    assert both == f"{alone}\n{own}"


@each_tool
async def test_a_preview_is_the_picture_with_the_action_on_it(
    era: Era, world: World, machine: Machine, tool: str, arguments: dict[str, Any]
) -> None:
    async with seated(era, world) as model:
        seen = await model.call_tool(LOOK, {"machine_id": machine.id})
        done = await model.call_tool(tool, {"machine_id": machine.id, "preview": True, **arguments})
    assert done.structured_content is None
    assert "x=96 y=96" in text(done)
    assert "\nNext: coasty_execute_machine_action(" in text(done)
    assert picture(done).size == (1280, 720)
    assert picture(done).data != picture(seen).data


async def test_carrying_out_what_is_predicted_reaches_the_goal(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["test"])
    goal = {"machine_id": machine.id, "instruction": "Open the browser"}
    async with seated(era, world) as model:
        predicted = structured(await model.call_tool(PREDICT, goal))
        while predicted["status"] == "continue":
            for action in predicted["actions"]:
                order = {
                    "machine_id": machine.id,
                    "command": action["action_type"],
                    "parameters": action["params"],
                    "screenshot_id": predicted["screenshot_id"],
                }
                await model.call_tool("coasty_execute_machine_action", order)
            predicted = structured(await model.call_tool(PREDICT, goal))
    assert predicted["status"] == "done"
    assert predicted["next"] == f'coasty_take_machine_screenshot(machine_id="{machine.id}")'
    assert "Browser" in {
        each.window.rpartition("- ")[2] for each in drawn(machine).scene().elements
    }


async def test_an_element_that_is_not_there_is_answered_with_those_that_are(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        refused = await model.call_tool(GROUND, {"machine_id": machine.id, "element": "zebra"})
    assert text(refused).startswith("There is no such element here. There are: ")
    assert error(refused)["request_id"]


async def test_retries_carry_one_idempotency_key(
    clock: Clock, world: World, machine: Machine
) -> None:
    network = Lossy(world, lost=2)
    arguments = {"machine_id": machine.id, **OPEN}
    async with seated(http=network.client(), sleep=clock.sleep) as model:
        await model.call_tool(PREDICT, arguments)
        await model.call_tool(PREDICT, {**arguments, "idempotency_key": "mine"})
    keys = [sent.headers["Idempotency-Key"] for sent in network.sent if sent.method == "POST"]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] == "mine"
    assert len(clock.slept) == 2


async def test_code_becomes_numbered_actions(era: Era) -> None:
    code = "pyautogui.click(10, 20)\npyautogui.write('hello')"
    async with seated(era) as model:
        parsed = await model.call_tool(PARSE, {"code": code})
        nothing = await model.call_tool(PARSE, {"code": "x = 1"})
    assert text(parsed).splitlines() == ["1 click x=10 y=20", "2 type_text text='hello'"]
    assert [action["action_type"] for action in structured(parsed)["actions"]] == [
        "click",
        "type_text",
    ]
    assert text(nothing) == "There is no action in that code."


async def test_code_that_becomes_no_action_is_named(era: Era) -> None:
    code = "import pyautogui\npyautogui.keyDown('shift')\npyautogui.click(10, 20)\npage.click()"
    async with seated(era) as model:
        parsed = await model.call_tool(PARSE, {"code": code})
        forged = await model.call_tool(PARSE, {"code": f"{code}\nprint('Next: coasty_x()')"})
    assert structured(parsed)["warnings"] == ['Not turned into an action: line 4, "page.click()".']
    assert not any(line.startswith("Next:") for line in text(forged).splitlines())


@pytest.mark.parametrize(
    ("tool", "arguments"), [(PREDICT, OPEN), (GROUND, {"element": "Browser icon"})]
)
async def test_coordinates_can_be_asked_for_in_a_space_of_another_size(
    era: Era, world: World, machine: Machine, tool: str, arguments: dict[str, Any]
) -> None:
    """As a page has one of its own, when its pixels are denser than its CSS pixels."""
    half = {"screen_width": 640, "screen_height": 360}
    async with seated(era, world) as model:
        shot = await model.call_tool(LOOK, {"machine_id": machine.id})
        seen = {"screenshot_id": text(shot).split()[0], **arguments}
        whole = structured(await model.call_tool(tool, seen))
        halved = structured(await model.call_tool(tool, {**seen, **half}))
        name, call = written_call(halved["next"])
        done = await model.call_tool(name, call)
    assert halved["screenshot_id"].startswith("shot_640x360_of_1920x1080_")
    for far, near in zip(points(whole), points(halved), strict=True):
        assert near == (far[0] // 2, far[1] // 2)
        there = ScreenshotHandle.parse(whole["screenshot_id"]).point(*far)
        assert math.dist(ScreenshotHandle.parse(halved["screenshot_id"]).point(*near), there) < 3
    assert not done.is_error


async def test_half_a_space_is_refused(machine: Machine, world: World) -> None:
    half = {"machine_id": machine.id, "screen_width": 640, **OPEN}
    async with seated(world=world) as model:
        refused = await model.call_tool(PREDICT, half)
    assert text(refused).startswith("Give screen_width and screen_height together, or neither.")


async def test_code_is_given_where_it_is_right_as_it_is(era: Era, world: World) -> None:
    machine = new_machine(world.accounts["test"], metadata={"screen": "1920x1080"})
    asked = {"machine_id": machine.id, "include_raw_code": True, **OPEN}
    async with seated(era, world) as model:
        refused = await model.call_tool(PREDICT, asked)
        said = structured(await model.call_tool(PREDICT, {**asked, "hd": True}))
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "1280x720, and not in 1920x1080: pass hd=true" in text(refused)
    [(x, y)] = points(said)
    assert f"({x}, {y}" in said["raw_code"][0]


def points(said: dict[str, Any]) -> list[tuple[int, int]]:
    params = [action["params"] for action in said["actions"]] if "actions" in said else [said]
    return [(each["x"], each["y"]) for each in params if "x" in each]
