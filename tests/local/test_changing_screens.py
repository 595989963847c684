"""The main monitor, monitors that come and go, and a screen that is closed and used again."""

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import Screen, ScreenArea
from support.local_desktop import FakeDesktop, Monitors


async def test_the_main_monitor_is_looked_at_where_none_is_named() -> None:
    main, left = ScreenArea(0, 0, 64, 48), ScreenArea(-32, 0, 32, 24)
    screen = Screen(Monitors(main, left), FakeDesktop)
    assert (await screen.look()).area == main
    assert (await screen.look(2)).area == left


async def test_a_monitor_of_another_size_than_on_the_picture_is_not_looked_at() -> None:
    screen = Screen(Monitors(ScreenArea(0, 0, 1280, 720)), FakeDesktop)
    with pytest.raises(InvalidRequest, match="not there any more, or has another size"):
        await screen.look_at(ScreenArea(0, 0, 1920, 1080))


class ClosableDesktop(FakeDesktop):
    closed: bool = False

    def close(self) -> None:
        self.closed = True

    def windows(self) -> frozenset[int]:
        assert not self.closed
        return frozenset()


class ClosableMonitors(Monitors):
    closed: bool = False

    def close(self) -> None:
        self.closed = True

    def monitors(self) -> list[ScreenArea]:
        assert not self.closed
        return super().monitors()


async def test_a_screen_that_was_closed_is_opened_again_when_it_is_used() -> None:
    area = ScreenArea(0, 0, 1280, 720)
    screen = Screen(lambda: ClosableMonitors(area), ClosableDesktop)
    await screen.look()
    screen.close()
    assert (await screen.look()).area == area
    screen.close()
