"""Points, from the picture that the API saw to the machine: a click lands where it was meant."""

import json
from typing import Any

import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from support.drawings import plain_picture
from support.form_machine import CHECKBOX, element, form_machine
from support.mcp_client import (
    Era,
    drawn,
    error,
    recorded,
    seated,
    structured,
    text,
    written_call,
)

LOOK, GROUND, PREDICT, ACT = (
    "coasty_take_machine_screenshot",
    "coasty_ground",
    "coasty_predict",
    "coasty_execute_machine_action",
)


@pytest.fixture
def machine(world: World) -> Machine:
    return form_machine(world)


async def source(model: Client, machine: Machine, kind: str) -> dict[str, str]:
    """Return the picture's argument: machine_id, or the screenshot_id that the model was shown."""
    if kind == "machine_id":
        return {"machine_id": machine.id}
    seen = await model.call_tool(LOOK, {"machine_id": machine.id})
    return {"screenshot_id": text(seen).split()[0]}


@pytest.mark.parametrize("kind", ["machine_id", "screenshot_id"])
@pytest.mark.parametrize("label", [CHECKBOX, "Email", "Support", "Close tab"])
async def test_a_click_on_a_found_element_hits_it(
    era: Era, world: World, machine: Machine, label: str, kind: str
) -> None:
    async with seated(era, world) as model:
        picture = await source(model, machine, kind)
        found = structured(await model.call_tool(GROUND, {**picture, "element": label}))
        await model.call_tool(
            ACT,
            {
                "machine_id": machine.id,
                "command": "click",
                "parameters": {"x": found["x"], "y": found["y"]},
                "screenshot_id": found["screenshot_id"],
            },
        )
    assert drawn(machine).scene().history[-1] == f"click {label}"


@pytest.mark.parametrize("kind", ["machine_id", "screenshot_id"])
async def test_the_next_call_can_be_made_as_it_stands(
    era: Era, world: World, machine: Machine, kind: str
) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    async with seated(era, http=http) as model:
        picture = await source(model, machine, kind)
        found = structured(await model.call_tool(GROUND, {**picture, "element": CHECKBOX}))
        await model.call_tool(*written_call(found["next"]))
    clicked = json.loads(sent[-1].content)["parameters"]
    middle = element(machine, CHECKBOX).box.middle
    assert abs(clicked["x"] - middle[0]) <= 1  # a pixel of what was sent is 1.5 of the machine's
    assert abs(clicked["y"] - middle[1]) <= 1
    assert element(machine, CHECKBOX).value == "on"


def answering(x: int, y: int, **action: Any) -> AsyncClient:
    """An API that sees one 1920x1080 screen, and has an answer ready."""
    shot = {
        "machine_id": "mch_1",
        "image_b64": plain_picture(1920, 1080).base64,
        "width": 1920,
        "height": 1080,
        "captured_at": "now",
    }
    usage: dict[str, int] = {}
    predicted = {"status": "continue", "usage": usage, "actions": [action]}
    found = {"x": x, "y": y, "screen_width": 1280, "screen_height": 720, "usage": usage}

    def answer(request: Request) -> Response:
        area = request.url.path.rpartition("/")[2]
        return Response(200, json={"screenshot": shot, "ground": found, "predict": predicted}[area])

    return AsyncClient(transport=MockTransport(answer), base_url="http://api/v1")


@pytest.mark.parametrize(
    ("point", "on_machine"),
    [((0, 0), (0, 0)), ((1, 1), (2, 2)), ((640, 360), (960, 540)), ((1279, 719), (1919, 1079))],
)
async def test_every_point_comes_back_in_the_pixels_of_the_machine(
    point: tuple[int, int], on_machine: tuple[int, int]
) -> None:
    async with seated(http=answering(*point)) as model:
        found = structured(await model.call_tool(GROUND, {"machine_id": "mch_1", "element": "it"}))
    assert (found["x"], found["y"]) == on_machine
    assert found["screenshot_id"].startswith("shot_1920x1080_of_1920x1080_")


async def test_on_a_screenshot_a_point_comes_back_in_the_pixels_that_the_model_saw() -> None:
    async with seated(http=answering(1279, 719)) as model:
        seen = await model.call_tool(LOOK, {"machine_id": "mch_1", "max_width": 640})
        shot = text(seen).split()[0]
        found = structured(await model.call_tool(GROUND, {"screenshot_id": shot, "element": "it"}))
    assert shot.startswith("shot_640x360_of_1920x1080_")
    assert (found["x"], found["y"]) == (639, 359)


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        ("click", {"x": 10, "y": 20, "clicks": 2}, {"x": 15, "y": 30, "clicks": 2}),
        ("move", {"x": 10, "y": 20}, {"x": 15, "y": 30}),
        ("scroll", {"x": 10, "y": 20, "clicks": -3}, {"x": 15, "y": 30, "clicks": -3}),
        (
            "drag",
            {"x1": 10, "y1": 20, "x2": 100, "y2": 200},
            {"x1": 15, "y1": 30, "x2": 150, "y2": 300},
        ),
        (
            "drag",
            {"from_x": 10, "from_y": 20, "to_x": 100, "to_y": 200},
            {"from_x": 15, "from_y": 30, "to_x": 150, "to_y": 300},
        ),
        ("type_text", {"text": "x=10"}, {"text": "x=10"}),
    ],
)
async def test_every_kind_of_action_is_mapped_back(
    era: Era, kind: str, sent: dict[str, Any], expected: dict[str, Any]
) -> None:
    http = answering(0, 0, action_type=kind, params=sent)
    async with seated(era, http=http) as model:
        predicted = await model.call_tool(PREDICT, {"machine_id": "mch_1", "instruction": "Go"})
    [action] = structured(predicted)["actions"]
    assert (action["action_type"], action["params"]) == (kind, expected)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"x": 1280, "y": 0}, "(1280, 0) is outside the picture, which is 1280x720"),
        ({"x": 0, "y": -1}, "(0, -1) is outside the picture, which is 1280x720"),
        ({"x": 5}, "click takes x, y, button (optional), clicks (optional): y is missing."),
        ({"x": "left", "y": 5}, "x must be a number of pixels."),
    ],
)
async def test_a_point_that_cannot_be_meant_is_refused_before_it_is_sent(
    era: Era, world: World, parameters: dict[str, Any], sentence: str
) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    arguments = {
        "machine_id": "mch_1",
        "command": "click",
        "parameters": parameters,
        "screenshot_id": "shot_1280x720_of_1920x1080_00",
    }
    async with seated(era, http=http) as model:
        refused = await model.call_tool(ACT, arguments)
    assert text(refused).startswith(sentence)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert sent == []


async def test_a_handle_needs_no_memory(world: World, machine: Machine) -> None:
    """Another replica, or the same one after a restart, maps the point all the same."""
    middle = element(machine, CHECKBOX).box.middle
    arguments = {
        "machine_id": machine.id,
        "command": "click",
        "parameters": {"x": middle[0] * 2 // 3, "y": middle[1] * 2 // 3},
        "screenshot_id": "shot_1280x720_of_1920x1080_0123456789",
    }
    async with seated(world=world) as model:
        await model.call_tool(ACT, arguments)
    assert element(machine, CHECKBOX).value == "on"


async def test_a_picture_of_a_screen_of_another_size_is_refused(
    era: Era, world: World, machine: Machine
) -> None:
    click = {"machine_id": machine.id, "command": "click", "parameters": {"x": 60, "y": 60}}
    invented = {**click, "screenshot_id": "shot_384x216_of_96x54+9+9_in_1280x720_0123456789"}
    async with seated(era, world) as model:
        await model.call_tool("coasty_take_machine_screenshot", {"machine_id": machine.id})
        refused = await model.call_tool(ACT, invented)
    assert f"is of a screen of 1280x720, and that of {machine.id} has 1920x1080" in text(refused)


async def test_without_a_screenshot_id_points_are_the_machines_own(
    world: World, machine: Machine
) -> None:
    x, y = element(machine, CHECKBOX).box.middle
    click = {"machine_id": machine.id, "command": "click", "parameters": {"x": x, "y": y}}
    async with seated(world=world) as model:
        await model.call_tool(ACT, click)
    assert element(machine, CHECKBOX).value == "on"
