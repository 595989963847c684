"""The four sources of the picture of coasty_predict and coasty_ground, and how it is sent."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.screens import Picture, Size
from coasty_mcp.settings import Settings
from support.drawings import plain_picture
from support.mcp_client import (
    LIVE_KEY,
    Era,
    bodies,
    drawn,
    error,
    new_machine,
    recorded,
    seated,
    structured,
    text,
)

PREDICT, GROUND, PARSE = "coasty_predict", "coasty_ground", "coasty_parse"
LOOK = "coasty_take_machine_screenshot"
OPEN = {"instruction": "Open the browser"}
LIST_OF_SOURCES = "machine_id, screenshot_id, screenshot_path, screenshot"

each_tool = pytest.mark.parametrize(
    ("tool", "arguments"), [(PREDICT, OPEN), (GROUND, {"element": "Browser icon"})]
)


async def place(tmp_path: Path, machine: Machine, kind: str) -> str:
    """The machine's screen, given in one of the ways that need no machine."""
    shot = Picture.from_bytes(drawn(machine).png())
    if kind == "screenshot_path":
        file = tmp_path / "screen.png"
        file.write_bytes(shot.data)
        return str(file)
    prefix = "data:image/png;base64," if kind == "data URI" else ""
    return prefix + shot.base64


@each_tool
async def test_a_machine_is_looked_at_once_and_its_fitted_picture_is_sent(
    era: Era,
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    tool: str,
    arguments: dict[str, Any],
) -> None:
    async with seated(era, http=http) as model:
        done = await model.call_tool(tool, {"machine_id": machine.id, **arguments})
    area = tool.removeprefix("coasty_")
    assert [request.url.path for request in sent] == [
        f"/v1/machines/{machine.id}/screenshot",
        f"/v1/{area}",
    ]
    [body] = bodies(sent, area)
    assert (body["screen_width"], body["screen_height"]) == (1280, 720)
    assert Picture.from_base64(body["screenshot"]).size == (1280, 720)
    assert structured(done)["screenshot_id"].startswith("shot_1920x1080_of_1920x1080_")


@each_tool
@pytest.mark.parametrize("kind", ["screenshot_path", "screenshot", "data URI"])
async def test_a_picture_can_be_given_as_well(
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    tmp_path: Path,
    tool: str,
    arguments: dict[str, Any],
    kind: str,
) -> None:
    settings = Settings(sandbox=True, files_dir=tmp_path)
    async with seated(http=http, settings=settings) as model:
        await model.call_tool(LOOK, {"machine_id": machine.id})  # so that the sandbox knows it
        given = {kind.replace("data URI", "screenshot"): await place(tmp_path, machine, kind)}
        done = await model.call_tool(tool, {**given, **arguments})
    [body] = bodies(sent, tool.removeprefix("coasty_"))
    assert not body["screenshot"].startswith("data:")
    assert Picture.from_base64(body["screenshot"]).size == (1280, 720)
    assert structured(done)["screenshot_id"].startswith("shot_1920x1080_of_1920x1080_")
    assert "x=96 y=96" in text(done)
    assert "next" not in structured(done)


@each_tool
async def test_an_earlier_screenshot_is_not_taken_again(
    http: AsyncClient, sent: list[Request], machine: Machine, tool: str, arguments: dict[str, Any]
) -> None:
    async with seated(http=http) as model:
        shot = text(await model.call_tool(LOOK, {"machine_id": machine.id})).split()[0]
        done = await model.call_tool(tool, {"screenshot_id": shot, **arguments})
    assert len(sent) == 2
    assert structured(done)["screenshot_id"] == shot
    assert f'machine_id="{machine.id}"' in structured(done)["next"]


@each_tool
@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "you gave none"),
        ({"machine_id": "mch_1", "screenshot": "abc"}, "you gave machine_id and screenshot"),
        (
            {"screenshot_id": "s", "screenshot_path": "p"},
            "you gave screenshot_id and screenshot_path",
        ),
    ],
)
async def test_there_must_be_exactly_one_picture(
    era: Era, tool: str, arguments: dict[str, Any], given: dict[str, str], found: str
) -> None:
    async with seated(era) as model:
        refused = await model.call_tool(tool, {**arguments, **given})
    assert text(refused).startswith(f"Give exactly one of {LIST_OF_SOURCES}: {found}.")
    assert error(refused)["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("given", "sentence", "code"),
    [
        ({"screenshot": "no picture"}, "The picture is not base64.", "INVALID_SCREENSHOT"),
        ({"screenshot": "aGVsbG8="}, "This is not a PNG", "INVALID_SCREENSHOT"),
        ({"screenshot_path": "README.md"}, "This is not a PNG", "INVALID_SCREENSHOT"),
        ({"screenshot_path": "none.png"}, "There is no file /", "VALIDATION_ERROR"),
        ({"screenshot_id": "last"}, '"last" is not a screenshot_id.', "VALIDATION_ERROR"),
        (
            {"screenshot_id": "shot_1280x720_of_1920x1080_0000000000"},
            "The picture of that screenshot_id is no longer kept: take a new screenshot "
            "(coasty_take_machine_screenshot) or pass machine_id.",
            "VALIDATION_ERROR",
        ),
    ],
)
async def test_a_picture_that_is_none_is_refused(
    era: Era, given: dict[str, str], sentence: str, code: str
) -> None:
    async with seated(era) as model:
        refused = await model.call_tool(PREDICT, {**OPEN, **given})
    assert text(refused).startswith(sentence)
    assert error(refused)["code"] == code


@each_tool
async def test_hd_sends_every_pixel(
    http: AsyncClient, sent: list[Request], machine: Machine, tool: str, arguments: dict[str, Any]
) -> None:
    async with seated(http=http) as model:
        await model.call_tool(tool, {"machine_id": machine.id, "hd": True, **arguments})
    [body] = bodies(sent, tool.removeprefix("coasty_"))
    assert (body["screen_width"], body["screen_height"]) == (1920, 1080)
    assert Picture.from_base64(body["screenshot"]).size == (1920, 1080)


async def test_a_trajectory_of_earlier_screenshots_is_sent_fitted(
    world: World, machine: Machine
) -> None:
    live = new_machine(world.accounts["live"])
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    look = (LOOK, {"machine_id": live.id})
    async with seated(http=http) as model:
        shots = [text(await model.call_tool(*look)).split()[0] for _ in range(2)]
        done = await model.call_tool(PREDICT, {"machine_id": live.id, **OPEN, "trajectory": shots})
    [body] = bodies(sent, "predict")
    sizes = [Picture.from_base64(step["screenshot"]).size for step in body["trajectory"]]
    assert sizes == [Size(1280, 720)] * 2
    assert structured(done)["credits"]["charged"] == 5 + 2 * 2


async def test_a_picture_of_something_else_gets_an_honest_answer(era: Era) -> None:
    async with seated(era) as model:
        done = await model.call_tool(
            PREDICT, {**OPEN, "screenshot": plain_picture(640, 480).base64}
        )
    assert text(done).startswith("done · 2 actions")
    assert "the sandbox only sees its own desktops".casefold() in text(done).casefold()
    assert "a guess" in text(done)
    assert "a guess" in str(structured(done))
    assert structured(done)["status"] == "done"


@pytest.mark.parametrize("more", [{}, {"preview": True}])
async def test_a_guess_of_the_sandbox_is_told_as_one(era: Era, more: dict[str, bool]) -> None:
    strange = {"screenshot": plain_picture(640, 480).base64, **more}
    async with seated(era) as model:
        point = await model.call_tool("coasty_ground", {**strange, "element": "OK"})
        silent = await model.call_tool(PREDICT, {**OPEN, **strange, "include_reasoning": False})
    for done in (point, silent):
        assert "Warning: The sandbox only sees its own desktops" in text(done)
        assert "a guess" in (text(done) if more else str(structured(done)["warnings"]))
