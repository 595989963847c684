"""Which corners stop everything, and what a model hears of it."""

from functools import partial

import pytest

from coasty_mcp import local
from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import Screen, ScreenArea, StoppedByUser
from coasty_mcp.screens import Point
from support.local_desktop import FakeDesktop, Monitors, after
from support.mcp_client import error, seated
from support.own_screen import ALLOWED

MAIN, BELOW = ScreenArea(0, 0, 1920, 1080), ScreenArea(0, 1080, 1280, 720)
MIDDLE = {"x": 500, "y": 500}


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def screen(desktop: FakeDesktop) -> Screen:
    return Screen(Monitors(MAIN, BELOW), lambda: desktop)


@pytest.mark.parametrize(
    "at",
    [
        *((960, 0), (0, 540), (1919, 540), (960, 1799)),
        *((2, 0), (0, 2), (1917, 0), (1919, 2), (1917, 1079), (1919, 1077), (2, 1799), (0, 1797)),
    ],
)
async def test_the_pointer_at_an_edge_or_beside_a_corner_stops_nothing(
    screen: Screen, desktop: FakeDesktop, at: tuple[int, int]
) -> None:
    desktop.at = Point(*at)
    async with screen.controlled(False) as act:
        await act("key_press", {"key": "a"})
    assert desktop.done == ["type a"]


async def test_once_it_was_pulled_the_brake_stops_whoever_goes_on_all_the_same(
    screen: Screen, desktop: FakeDesktop
) -> None:
    refused = 0

    async def go_on() -> None:
        nonlocal refused
        async with screen.controlled(False) as act:
            desktop.slam()
            for _ in range(2):
                with pytest.raises(StoppedByUser):
                    await act("click", MIDDLE)
                desktop.at = Point(500, 500)
                refused += 1

    with pytest.raises(StoppedByUser):
        await go_on()
    assert refused == 2
    assert desktop.done == []


async def test_a_model_is_told_by_its_code_that_the_user_stopped_it(
    monkeypatch: pytest.MonkeyPatch, desktop: FakeDesktop
) -> None:
    monkeypatch.setattr(local, "Screen", partial(Screen, Monitors(MAIN), lambda: desktop))
    typing = {"action_type": "type_text", "params": {"text": "a long text"}}
    desktop.soon = after(3, desktop.slam)
    async with seated(settings=ALLOWED) as model:
        stopped = await model.call_tool("coasty_do_on_screen", typing)
        again = await model.call_tool("coasty_do_on_screen", typing)
    assert error(stopped)["code"] == "STOPPED_BY_USER"
    assert error(again)["code"] == "POINTER_IN_CORNER"
    assert len(desktop.done) == 4


async def test_a_lower_monitor_is_clicked_where_it_lies_and_not_beside_it(
    screen: Screen, desktop: FakeDesktop
) -> None:
    async with screen.controlled(False) as act:
        await act("click", {"x": 500, "y": 1799})
        await act("click", {"x": 0, "y": 1799})
        for beside in ({"x": 1500, "y": 1500}, {"x": 500, "y": 1800}):
            with pytest.raises(InvalidRequest, match="is on none of the monitors"):
                await act("click", beside)
    assert desktop.done == ["move 500,1799", "click 1", "move 3,1799", "click 1"]
