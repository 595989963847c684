"""What typing waits for between two keys, told by a clock that only pauses move."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from coasty_mcp.local import Screen, ScreenArea, StoppedByUser
from coasty_mcp.local.failures import KeysHeld, OtherWindow
from coasty_mcp.local.guard import Report, report_to_nobody
from support.local_desktop import FakeDesktop, Monitors, after

LONG_TEXT = "a long text " * 200
keys = pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("type_text", {"text": "hi"}),
        ("key_press", {"key": "f5"}),
        ("key_combo", {"keys": "ctrl+c"}),
        ("key_down", {"key": "f5"}),
    ],
)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses of the keyboard in seconds, which take no time."""
    pauses = list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await checkpoint()

    for module in ("guard", "keyboard", "mouse"):
        monkeypatch.setattr(f"coasty_mcp.local.{module}.sleep", sleep)
    for module in ("guard", "keyboard"):
        monkeypatch.setattr(f"coasty_mcp.local.{module}.monotonic", lambda: sum(pauses))
    return pauses


async def do(
    desktop: FakeDesktop,
    kind: str,
    params: dict[str, Any],
    report: Report = report_to_nobody,
    *,
    same_window: bool = False,
) -> str:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), lambda: desktop)
    async with screen.controlled(same_window, report) as act:
        return await act(kind, params)


@dataclass
class ClickedDesktop(FakeDesktop):
    """The keyboard moves to the window that was clicked a few looks later."""

    looks: Iterator[bool] = field(default_factory=lambda: iter((True, True, True)))
    focused_window: str = "the old one"

    def awaits_focus(self) -> bool:
        if next(self.looks, False):
            return True
        self.focused_window = "the new one"
        return False

    def _do(self, what: str) -> None:
        assert self.focused_window == "the new one"
        super()._do(what)


@keys
async def test_keys_wait_until_a_click_has_moved_the_keyboard(
    pauses: list[float], kind: str, params: dict[str, Any]
) -> None:
    desktop = ClickedDesktop()
    await do(desktop, kind, params)
    assert desktop.done


async def test_the_user_can_stop_what_waits_for_the_keyboard_to_move() -> None:
    def looks() -> Iterator[bool]:
        desktop.slam()
        yield from [True] * 1000
        pytest.fail("Nobody else got a turn.")

    desktop = ClickedDesktop(looks=looks())
    with pytest.raises(StoppedByUser):
        await do(desktop, "type_text", {"text": "hi"})


@keys
async def test_keys_wait_until_the_user_lets_go_of_theirs(
    pauses: list[float], kind: str, params: dict[str, Any]
) -> None:
    class HeldDesktop(FakeDesktop):
        def held_keys(self) -> list[str]:
            return [] if sum(pauses) > 1.5 else ["shift"]

        def _do(self, what: str) -> None:
            assert not self.held_keys()
            super()._do(what)

    desktop = HeldDesktop()
    await do(desktop, kind, params)
    assert desktop.done


async def test_keys_that_the_user_presses_in_the_middle_of_a_text_are_not_typed_into(
    pauses: list[float],
) -> None:
    desktop = FakeDesktop()
    desktop.soon = after(4, lambda: desktop.held.append("ctrl"))
    with pytest.raises(KeysHeld, match=r"holds down ctrl .* 8 of 2400 characters had been done"):
        await do(desktop, "type_text", {"text": LONG_TEXT})
    assert len(desktop.done) == 8


@keys
async def test_no_key_reaches_a_window_that_was_not_on_the_picture(
    kind: str, params: dict[str, Any]
) -> None:
    desktop = FakeDesktop()
    with pytest.raises(OtherWindow, match="was not in the last picture"):
        await do(desktop, kind, params, same_window=True)
    assert desktop.done == []


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("click", {"x": 5, "y": 500, "clicks": 3}),
        ("scroll", {"clicks": 3}),
        ("drag", {"x1": 100, "y1": 100, "x2": 900, "y2": 900}),
        ("key_combo", {"keys": "ctrl+shift+f5"}),
    ],
)
async def test_programs_have_time_for_each_part_of_a_gesture(
    pauses: list[float], kind: str, params: dict[str, Any]
) -> None:
    times = list[float]()

    class TimedDesktop(FakeDesktop):
        def _do(self, what: str) -> None:
            if what != "left down":  # which the pointer need not rest after
                times.append(sum(pauses))

    await do(TimedDesktop(counts_clicks=False), kind, params)
    assert len(set(times)) == len(times) >= 3


async def test_a_character_takes_a_millisecond(pauses: list[float]) -> None:
    await do(FakeDesktop(), "type_text", {"text": "a" * 1000})
    assert sum(pauses) == pytest.approx(1, abs=0.01)


async def test_how_far_a_text_has_come_is_told_once_a_second(pauses: list[float]) -> None:
    heard: list[tuple[float, float, str]] = []

    async def hear(*told: Any) -> None:
        heard.append(told)

    await do(FakeDesktop(), "type_text", {"text": "a" * 3500}, hear)
    assert [round(done, -2) for done, _, _ in heard] == [1000, 2000, 3000]
    assert heard[0][1:] == (3500, f"{heard[0][0]} characters done.")
