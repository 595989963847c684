"""macOS and Windows: seen with mss, here on an X server; controlled with a pynput that notes."""

import sys
from contextlib import closing
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import Screen, ScreenArea
from coasty_mcp.local.capture import ScreenCapture, open_capture
from coasty_mcp.local.failures import NoScreen
from coasty_mcp.local.open_desktop import open_desktop
from support.local_desktop import Monitors
from support.local_window import split_monitor

Button = Enum("Button", "left middle right")
Key = Enum("Key", "ctrl shift enter")


class Device:
    """Either controller of pynput: it notes what is called."""

    def __init__(self, done: list[Any]) -> None:
        self.__dict__.update(done=done, position=(500.9, 500.2))

    def __getattr__(self, name: str) -> Any:
        def note(*given: Any) -> None:
            self.done.append((name, *given))

        return note

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value
        self.done.append((name, value))


@pytest.fixture(params=["darwin", "win32"])
def done(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what pynput is told to do on a system that it is for."""
    done = list[Any]()
    mouse = SimpleNamespace(Controller=lambda: Device(done), Button=Button)
    keyboard = SimpleNamespace(Controller=lambda: Device(done), Key=Key)
    monkeypatch.setattr(sys, "platform", request.param)
    monkeypatch.delitem(sys.modules, "coasty_mcp.local.pynput_desktop", raising=False)
    monkeypatch.setitem(sys.modules, "pynput", SimpleNamespace(mouse=mouse, keyboard=keyboard))
    for name in ("XDG_SESSION_TYPE", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return done


async def do(kind: str, *, same_window: bool = False, **params: Any) -> None:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), open_desktop)
    async with screen.controlled(same_window) as act:
        await act(kind, params)
    screen.close()


@pytest.mark.parametrize(
    ("kind", "params", "told"),
    [
        ("click", {"x": 5, "y": 9, "clicks": 2}, [("position", (5, 9)), ("click", Button.left, 2)]),
        ("scroll", {"direction": "down", "amount": 1}, [("scroll", 0, -1)]),
        ("scroll", {"direction": "right", "amount": 1}, [("scroll", 1, 0)]),
        ("type_text", {"text": "é\n"}, [("type", "é"), ("type", "\n")]),
        (
            *("key_combo", {"keys": "ctrl+c"}),
            [("press", Key.ctrl), ("press", "c"), ("release", "c"), ("release", Key.ctrl)],
        ),
        ("key_down", {"key": "shift"}, [("press", Key.shift), ("release", Key.shift)]),
    ],
)
async def test_each_action_is_what_pynput_calls_it(
    done: list[Any], kind: str, params: dict[str, Any], told: list[Any]
) -> None:
    await do(kind, **params)
    assert done == told


async def test_a_button_is_held_while_it_is_dragged(done: list[Any]) -> None:
    await do("drag", x1=100, y1=100, x2=300, y2=300, button="right")
    assert done[:2] == [("position", (100, 100)), ("press", Button.right)]
    assert done[-2:] == [("position", (300, 300)), ("release", Button.right)]


async def test_what_these_systems_cannot_do_is_refused(done: list[Any]) -> None:
    with pytest.raises(InvalidRequest, match="There is no key insert on this system"):
        await do("key_press", key="insert")
    with pytest.raises(InvalidRequest, match="same_window is only possible on X11"):
        await do("type_text", same_window=True, text="a")
    assert done == []


def mss_capture(monkeypatch: pytest.MonkeyPatch) -> ScreenCapture:
    with monkeypatch.context() as patch:
        from coasty_mcp.local import mss_capture  # which looks for what macOS alone has

        del mss_capture
        patch.setattr(sys, "platform", "win32")
        return open_capture()


def test_mss_sees_what_x_shows(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from Xlib import X
    from Xlib.display import Display

    server = Display(display)
    colours = {"background_pixel": 0xFF8800, "override_redirect": True}
    server.screen().root.create_window(40, 30, 9, 9, 0, X.CopyFromParent, **colours).map()
    server.sync()
    area, capture = ScreenArea(38, 25, 20, 30), mss_capture(monkeypatch)
    with closing(open_capture()) as usual:
        seen, shown = capture.take(area), usual.take(area)
    server.close()
    assert seen.getpixel((5, 8)) == (0xFF, 0x88, 0)
    assert seen.size == (20, 30)
    assert seen.tobytes() == shown.tobytes()
    assert capture.monitors() == [ScreenArea(0, 0, 1920, 1080)]


def test_mss_names_the_main_monitor_first(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    split_monitor(display)
    capture = mss_capture(monkeypatch)
    assert capture.monitors() == [ScreenArea(0, 0, 1280, 1080), ScreenArea(1280, 0, 640, 1080)]


def test_a_retina_screen_is_seen_in_all_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    mss = pytest.importorskip("mss")
    from coasty_mcp.local.mss_capture import MssCapture

    darwin = SimpleNamespace(IMAGE_OPTIONS=16)  # of the points alone, as mss has it
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(mss, "darwin", darwin, raising=False)
    monkeypatch.setitem(sys.modules, "mss.darwin", darwin)
    MssCapture()
    assert darwin.IMAGE_OPTIONS == 0


def test_where_mss_sees_nothing_there_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mss")
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(NoScreen, match="This screen cannot be captured: "):
        mss_capture(monkeypatch).monitors()
