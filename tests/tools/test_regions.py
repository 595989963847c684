"""A part of a machine's screen: seen in true pixels, found on, predicted on, clicked through."""

from typing import Any

import pytest
from mcp import Client

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.scene import Box
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.screens import Picture, ScreenshotHandle, Size
from support.drawings import pil_image
from support.form_machine import CHECKBOX, element, form_machine
from support.mcp_client import (
    Era,
    drawn,
    error,
    new_machine,
    picture,
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


def around(box: Box, margin: int) -> list[int]:
    width, height = box.right - box.left, box.bottom - box.top
    return [box.left - margin, box.top - margin, width + 2 * margin, height + 2 * margin]


async def look(model: Client, machine: Machine, **arguments: Any) -> tuple[str, Picture, str]:
    """Return the screenshot_id, the picture, and what is said of it."""
    seen = await model.call_tool(LOOK, {"machine_id": machine.id, **arguments})
    assert not seen.is_error, text(seen)
    return text(seen).split()[0], picture(seen), text(seen)


async def test_a_region_is_the_very_pixels_of_the_screen(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        handle, shown, said = await look(model, machine, region=[700, 301, 901, 611])
    screen = machine.computer.picture().convert("RGB")
    assert pil_image(shown).tobytes() == screen.crop((700, 301, 1601, 912)).tobytes()
    assert f"part of the screen of {machine.id}, 901x611 true pixels" in said
    assert handle.startswith("shot_901x611_of_901x611+700+301_in_1920x1080_")


@pytest.mark.parametrize("margin", [1, 57, 200])
@pytest.mark.parametrize("max_width", [None, 351])
async def test_a_click_through_a_region_lands_where_it_was_meant(
    era: Era, world: World, machine: Machine, margin: int, max_width: int | None
) -> None:
    box = element(machine, CHECKBOX).box
    async with seated(era, world) as model:
        handle, shown, _ = await look(
            model, machine, region=around(box, margin), max_width=max_width
        )
        middle = {"x": shown.size.width // 2, "y": shown.size.height // 2}
        await model.call_tool(
            ACT,
            {
                "machine_id": machine.id,
                "command": "click",
                "parameters": middle,
                "screenshot_id": handle,
            },
        )
    assert drawn(machine).scene().history[-1] == f"click {CHECKBOX}"


@pytest.mark.parametrize("margin", [60, 200])
async def test_what_is_found_on_a_region_is_clicked_as_the_next_call_says(
    era: Era, world: World, machine: Machine, margin: int
) -> None:
    async with seated(era, world) as model:
        handle, shown, _ = await look(
            model, machine, region=around(element(machine, "Send").box, margin)
        )
        found = structured(
            await model.call_tool(GROUND, {"screenshot_id": handle, "element": "Send"})
        )
        assert found["screenshot_id"] == handle
        assert shown.size.holds(found["x"], found["y"])
        await model.call_tool(*written_call(found["next"]))
    assert drawn(machine).scene().history[-1] == "click Send"


async def test_a_prediction_on_a_region_is_carried_out_on_the_whole_screen(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        handle, _, _ = await look(model, machine, region=around(element(machine, "Send").box, 150))
        predicted = await model.call_tool(
            PREDICT, {"screenshot_id": handle, "instruction": "Click Send"}
        )
        await model.call_tool(*written_call(structured(predicted)["next"]))
    assert drawn(machine).scene().history[-1] == "click Send"


async def test_a_region_can_be_read_off_a_smaller_picture_and_off_a_region(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        whole, shown, said = await look(model, machine)
        assert shown.size == Size(1280, 720)
        assert "Too small to read? Give region with this screenshot_id." in said
        part, _, _ = await look(model, machine, region=[100, 100, 400, 300], screenshot_id=whole)
        scrap, _, _ = await look(model, machine, region=[60, 30, 120, 90], screenshot_id=part)
    first, second = ScreenshotHandle.parse(part), ScreenshotHandle.parse(scrap)
    assert (first.corner, first.true) == ((150, 150), (600, 450))
    assert first.shown == (600, 450)
    assert (second.corner, second.true) == ((210, 180), (120, 90))


@pytest.mark.parametrize("region", [[1800, 0, 200, 100], [0, 1000, 100, 100], [0, 0, 0, 9]])
async def test_a_region_beyond_the_screen_is_refused_with_its_bounds(
    era: Era, world: World, machine: Machine, region: list[int]
) -> None:
    async with seated(era, world) as model:
        refused = await model.call_tool(LOOK, {"machine_id": machine.id, "region": region})
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "which is 1920x1080" in text(refused)


async def test_what_is_no_region_is_refused_with_an_example(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        for wrong in ("top left", [1, 2, 3]):
            refused = await model.call_tool(LOOK, {"machine_id": machine.id, "region": wrong})
            assert "region" in error(refused)["message"]
            assert "For example, region=[100, 50, 400, 300]" in text(refused)


async def test_a_region_of_another_machines_picture_is_refused(
    era: Era, world: World, machine: Machine
) -> None:
    other = new_machine(world.accounts["test"])
    async with seated(era, world) as model:
        handle, _, _ = await look(model, other)
        refused = await model.call_tool(
            LOOK,
            {"machine_id": machine.id, "region": [0, 0, 9, 9], "screenshot_id": handle},
        )
    assert f"is a picture of {other.id}, not of {machine.id}" in text(refused)


async def test_a_screen_that_has_another_size_now_is_looked_at_anew(
    era: Era, world: World, machine: Machine
) -> None:
    old = "shot_1280x720_of_2560x1440_3f9a2c71b0"
    async with seated(era, world) as model:
        refused = await model.call_tool(
            LOOK, {"machine_id": machine.id, "region": [0, 0, 9, 9], "screenshot_id": old}
        )
    assert "is 1920x1080 now, and was 2560x1440" in text(refused)


async def test_a_small_region_is_enlarged_and_says_so(
    era: Era, world: World, machine: Machine
) -> None:
    async with seated(era, world) as model:
        _, shown, said = await look(model, machine, region="10, 20, 100, 50")
    assert shown.size == Size(400, 200)
    assert "100x50 enlarged 4 times" in said
