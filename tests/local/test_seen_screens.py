"""Where a click lands that names no picture, and whether what was seen is still there."""

from typing import Any

import pytest
from mcp import Client

from coasty_mcp.settings import Settings
from support.local_window import CANVAS, NAME, POPUP, SUBMIT, LocalWindow
from support.mcp_client import Era, error, seated, text

ALLOWED = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)
FREE = (900, 600)
"""On the white canvas."""


def shown(point: tuple[int, int]) -> dict[str, int]:
    """Return the point on a picture of 1280x720."""
    return {"x": point[0] * 2 // 3, "y": point[1] * 2 // 3}


async def look(model: Client, **arguments: Any) -> str:
    """Return the picture's handle."""
    return text(await model.call_tool("coasty_look_at_screen", arguments)).split()[0]


async def click(model: Client, at: tuple[int, int], handle: str | None = None) -> Any:
    arguments: dict[str, Any] = {"action_type": "click", "params": shown(at)}
    if handle:
        arguments["screenshot_id"] = handle
    return await model.call_tool("coasty_do_on_screen", arguments)


async def test_coordinates_without_a_picture_are_those_of_the_last_one_and_it_is_named(
    era: Era, window: LocalWindow
) -> None:
    async with seated(era, settings=ALLOWED) as model:
        handle = await look(model)
        done = await click(model, FREE)
        named = await click(model, (1200, 750), handle)
    presses = [(each["x"], each["y"]) for each in window.events("ButtonPress")]
    assert presses == [FREE, (1200, 750)]
    line = f"Its coordinates were read off {handle}, the last picture shown."
    assert line in text(done).splitlines()
    assert "read off" not in text(named)


async def test_after_a_part_of_the_screen_its_coordinates_need_their_picture(
    window: LocalWindow,
) -> None:
    typing = {"action_type": "key_press", "params": {"key": "a"}}
    async with seated(settings=ALLOWED) as model:
        whole = await look(model)
        part = await look(model, region=[CANVAS[0], CANVAS[1], 300, 200])
        refused = await click(model, FREE)
        assert not (await model.call_tool("coasty_do_on_screen", typing)).is_error
        assert not (await click(model, FREE, whole)).is_error
    assert error(refused)["message"] == (
        f"The last picture, {part}, shows a part of the screen: give the screenshot_id that the "
        "coordinates are read off."
    )
    assert len(window.events("ButtonPress")) == 1


async def test_a_click_on_what_has_changed_since_the_picture_is_refused(
    window: LocalWindow,
) -> None:
    over = (450, 609)
    async with seated(settings=ALLOWED) as model:
        old = await look(model)
        await click(model, POPUP, old)
        window.wait_for("popped up")
        covered = await click(model, over, old)
        elsewhere = await click(model, FREE, old)
        new = await look(model)
        seen = await click(model, over, new)
    assert error(covered)["code"] == "SCREEN_CHANGED"
    assert f"What is at 450,609 has changed since {old}." in text(covered)
    assert not elsewhere.is_error
    assert not seen.is_error


@pytest.mark.parametrize("at", [NAME, SUBMIT])
async def test_our_own_clicks_and_a_blinking_cursor_change_nothing(
    window: LocalWindow, at: tuple[int, int]
) -> None:
    async with seated(settings=ALLOWED) as model:
        handle = await look(model)
        for _ in range(3):
            assert not (await click(model, at, handle)).is_error


async def test_a_click_on_what_moves_by_itself_is_carried_out(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        old = await look(model)
        window.start_blinking()
        done = await click(model, FREE, old)
    assert not done.is_error, text(done)
    assert len(window.events("ButtonPress")) == 1
