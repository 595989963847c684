"""Which monitor is looked at, and what of it is there no more."""

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import Screen, ScreenArea
from support.local_desktop import FakeDesktop, Monitors

MAIN, LEFT = ScreenArea(0, 0, 64, 48), ScreenArea(-32, 0, 32, 24)


async def test_the_main_monitor_is_looked_at_where_none_is_named() -> None:
    screen = Screen(Monitors(MAIN, LEFT), FakeDesktop)
    assert (await screen.look()).area == MAIN
    assert (await screen.look(2)).area == LEFT


@pytest.mark.parametrize("number", [0, 3])
async def test_a_monitor_that_there_is_not_is_not_looked_at(number: int) -> None:
    with pytest.raises(InvalidRequest, match=f"There is no monitor {number}: there are 2"):
        await Screen(Monitors(MAIN, LEFT), FakeDesktop).look(number)


async def test_a_monitor_that_is_gone_is_not_looked_at() -> None:
    with pytest.raises(InvalidRequest, match="That monitor is not there any more"):
        await Screen(Monitors(MAIN), FakeDesktop).look_at(LEFT)


async def test_a_screen_that_was_closed_is_opened_again_when_it_is_used() -> None:
    plugged_in = [[MAIN], [LEFT]]
    screen = Screen(lambda: Monitors(*plugged_in.pop(0)), FakeDesktop)
    assert (await screen.look()).area == MAIN
    screen.close()
    assert (await screen.look()).area == LEFT
