"""The brakes: nothing goes on, and nothing stays held down, once the user or the host says stop."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from anyio import create_task_group, fail_after
from anyio.lowlevel import checkpoint

from coasty_mcp.api.errors import ActionBlocked, CoastyError, InvalidRequest
from coasty_mcp.api.secrets import Secrets
from coasty_mcp.api.wire.policy import ActionPolicy, CoordinateBounds
from coasty_mcp.local import Screen, ScreenArea, StoppedByUser
from coasty_mcp.local.failures import KeysHeld
from coasty_mcp.local.keyboard import UNCHECKED
from coasty_mcp.local.safety import PointerInCorner
from coasty_mcp.screens import Point
from support.local_desktop import FakeDesktop, Monitors, after

CORNERS = [(0, 0), (1919, 0), (0, 1079), (1919, 1079), (1, 1), (-1280, 0), (-1, 719)]
MIDDLE = {"x": 500, "y": 500}
LONG_TEXT = "a long text " * 40

Params = dict[str, Any]
each_kind = pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("type_text", {"text": "hi"}),
        ("key_press", {"key": "f5"}),
        ("key_down", {"key": "f5"}),
        ("click", {"x": 9, "y": 500}),
        ("scroll", {"clicks": 3}),
        ("drag", {"x1": 9, "y1": 500, "x2": 99, "y2": 500}),
    ],
)


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def screen(desktop: FakeDesktop) -> Screen:
    """Two monitors, the second to the left of the main one; both have two pixels for each point."""
    monitors = Monitors(ScreenArea(0, 0, 1920, 1080), ScreenArea(-1280, 0, 1280, 720), density=2)
    return Screen(monitors, lambda: desktop)


async def do(screen: Screen, kind: str, params: Mapping[str, Any]) -> str:
    async with screen.controlled(False) as act:
        return await act(kind, params)


@pytest.mark.parametrize("corner", CORNERS)
async def test_nothing_begins_while_the_pointer_is_in_a_corner_of_any_monitor(
    screen: Screen, desktop: FakeDesktop, corner: tuple[int, int]
) -> None:
    desktop.at = Point(*corner)
    with pytest.raises(PointerInCorner, match=r"Nothing was done: .* Ask the user to move it away"):
        await do(screen, "click", {"x": 5, "y": 500})
    assert desktop.done == []


@pytest.mark.parametrize(
    ("kind", "params", "late", "unfinished"),
    [
        ("type_text", {"text": LONG_TEXT}, UNCHECKED, "of 480 characters"),
        ("drag", {"x1": 100, "y1": 100, "x2": 900, "y2": 900}, 0, "user stopped this"),
        ("scroll", {"clicks": -90}, 0, "4 of 90 notches had"),
        ("key_press", {"keys": ["tab", "f5"], "repeat": 45}, 0, "[34] of 90 key presses"),
        ("key_combo", {"keys": ["ctrl", "shift", "alt", "f5", "f6"]}, 1, "0 of 1 key presses"),
    ],
)
async def test_a_corner_stops_an_action_in_the_middle_and_lets_everything_go(
    screen: Screen, desktop: FakeDesktop, kind: str, params: Params, late: int, unfinished: str
) -> None:
    desktop.soon = after(3, desktop.slam)
    with pytest.raises(StoppedByUser, match=unfinished):
        await do(screen, kind, params)
    assert 4 <= len(desktop.done) <= 4 + late
    assert desktop.down == []
    assert not desktop.prepared


async def test_a_stop_says_how_much_of_the_text_was_typed(
    screen: Screen, desktop: FakeDesktop
) -> None:
    desktop.soon = after(7, desktop.slam)
    with pytest.raises(StoppedByUser, match=r"8 of 480 characters had been done by then\."):
        await do(screen, "type_text", {"text": LONG_TEXT})
    assert len(desktop.done) == 8


@each_kind
async def test_keys_that_the_user_holds_are_waited_for_and_then_named(
    screen: Screen,
    desktop: FakeDesktop,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    params: dict[str, Any],
) -> None:
    desktop.held = ["ctrl", "shift"]
    monkeypatch.setattr("coasty_mcp.local.guard.RELEASE_WAIT", 0.03)
    with pytest.raises(KeysHeld, match="Somebody holds down ctrl, shift on this keyboard"):
        await do(screen, kind, params)
    assert desktop.done == []
    async with create_task_group() as tasks:
        monkeypatch.setattr("coasty_mcp.local.guard.RELEASE_WAIT", 9)
        tasks.start_soon(do, screen, kind, params)
        await checkpoint()
        desktop.held = []
    assert desktop.done


async def test_a_corner_ends_a_wait_at_once(screen: Screen, desktop: FakeDesktop) -> None:
    async with create_task_group() as tasks:

        async def wait() -> None:
            with fail_after(5), pytest.raises(StoppedByUser):
                await do(screen, "wait", {"seconds": 10})

        tasks.start_soon(wait)
        await checkpoint()
        desktop.slam()


class TouchedDesktop(FakeDesktop):
    """The pointer is in the corner at one look, and back at the next one."""

    touched: bool = False

    def pointer(self) -> Point:
        at = Point(0, 0) if self.touched else self.at
        self.touched = False
        return at


async def test_a_touch_of_a_corner_that_is_not_held_stops_all_that_follows() -> None:
    desktop = TouchedDesktop()
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), lambda: desktop)

    async def wait_and_click() -> None:
        async with screen.controlled(False) as act:
            desktop.touched = True
            await act("wait", {"seconds": 10})
            await act("click", MIDDLE)

    with fail_after(5), pytest.raises(StoppedByUser):
        await wait_and_click()
    assert desktop.done == []


@each_kind
async def test_a_corner_stops_what_follows_between_two_actions(
    screen: Screen, desktop: FakeDesktop, kind: str, params: Params
) -> None:
    async def click_and_go_on() -> None:
        async with screen.controlled(False) as act:
            await act("click", MIDDLE)
            desktop.slam()
            await act(kind, params)

    with pytest.raises(StoppedByUser):
        await click_and_go_on()
    assert desktop.done == ["move 500,500", "click 1"]


async def test_our_own_way_into_a_corner_stops_short_of_it(
    screen: Screen, desktop: FakeDesktop
) -> None:
    async with screen.controlled(False) as act:
        for corner in CORNERS:
            await act("click", dict(zip("xy", corner, strict=True)))
    moves = [each.removeprefix("move ") for each in desktop.done if each.startswith("move")]
    assert moves == ["3,0", "1916,0", "3,1079", "1916,1079", "4,1", "-1277,0", "-4,719"]


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("type_text", {"text": LONG_TEXT}),
        ("drag", {"x1": 100, "y1": 100, "x2": 900, "y2": 900}),
        ("key_combo", {"keys": ["ctrl", "shift", "alt", "cmd", "f5", "f6"]}),
    ],
)
async def test_a_cancelled_call_ends_at_once_and_lets_everything_go(
    screen: Screen, desktop: FakeDesktop, kind: str, params: dict[str, Any]
) -> None:
    async with create_task_group() as tasks:
        desktop.soon = after(3, tasks.cancel_scope.cancel)
        await do(screen, kind, params)
    assert len(desktop.done) == 4
    assert desktop.down == []
    assert not desktop.prepared


async def test_an_exception_lets_everything_go(screen: Screen, desktop: FakeDesktop) -> None:
    def breaks() -> None:
        raise OSError("The display is gone.")

    desktop.soon = after(2, breaks)
    with pytest.raises(OSError, match="The display is gone"):
        await do(screen, "key_combo", {"keys": ["ctrl", "alt", "delete"]})
    assert desktop.down == []


async def test_one_call_at_a_time_acts(screen: Screen, desktop: FakeDesktop) -> None:
    async with screen.controlled(False) as act:
        with pytest.raises(InvalidRequest, match="Another call is acting"):
            await do(screen, "click", MIDDLE)
        await act("click", MIDDLE)
    await do(screen, "click", MIDDLE)
    assert desktop.done == ["move 500,500", "click 1"] * 2


async def test_a_secret_is_never_on_the_clipboard(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.local.keyboard.CHARACTER_PAUSE", 0)
    lent: list[str] = []

    screen.secrets = Secrets({"PIN": "4711"})

    def clipboard(_: FakeDesktop) -> Callable[[str], None]:
        return lent.append

    monkeypatch.setattr(FakeDesktop, "clipboard", clipboard)
    async with screen.controlled(False) as act:
        await act("type_text", {"text": "a" * 2000})
        await act("type_text", {"text": "a" * 2000 + "{{secret:PIN}}"})
    assert lent == ["a" * 2000]


async def test_each_action_is_one_line_without_the_text(
    screen: Screen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "coasty_mcp.local")
    async with screen.controlled(False) as act:
        await act("click", {"x": 5, "y": 500, "clicks": 2})
        await act("type_text", {"text": "secret"})
        await act("key_press", {"keys": ["s", "enter"]})
        await act("key_combo", {"keys": ["Ctrl", "s"]})
    assert [record.getMessage() for record in caplog.records] == [
        "left double click at 5,500",
        "type_text of 6 characters",
        "key_press",
        "key_combo ctrl+s",
    ]


async def test_a_picture_of_a_dense_monitor_left_of_the_main_one_is_mapped_to_its_points(
    screen: Screen,
) -> None:
    view = await screen.look(2)
    assert view.picture.size == (2560, 1440)
    assert view.scales == [2, 2]
    shown = view.picture.size.scaled_into(view.area.size)
    assert view.area.from_picture({"x": 640, "y": 360}, shown) == {"x": -640, "y": 360}
    assert view.area.from_picture({"x": 0, "y": 0}, view.picture.size) == {"x": -1280, "y": 0}
    edge = {"x1": 0, "y1": 0, "x2": 2559, "y2": 1439}
    assert view.area.from_picture(edge, view.picture.size) == {
        "x1": -1280,
        "y1": 0,
        "x2": -1,
        "y2": 719,
    }


def test_a_stop_is_an_error_that_a_model_can_read() -> None:
    assert issubclass(StoppedByUser, CoastyError)
    assert "Do not go on before the user agrees." in str(StoppedByUser("Stopped."))


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("key_combo", {"keys": ["alt", "f4"]}),
        ("type_text", {"text": "hi"}),
        ("click", {"x": 5000, "y": 5}),
    ],
)
async def test_what_the_servers_policy_forbids_is_not_done_here(
    screen: Screen, desktop: FakeDesktop, kind: str, params: dict[str, Any]
) -> None:
    screen.policy = ActionPolicy(
        blocked_actions=["type"],
        block_window_close=True,
        coordinate_bounds=CoordinateBounds(min_x=0, min_y=0, max_x=1919, max_y=1079),
    )
    with pytest.raises(ActionBlocked):
        await do(screen, kind, params)
    assert desktop.done == []
