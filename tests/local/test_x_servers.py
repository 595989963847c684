"""X servers of several kinds, and ones that end while they are looked at."""

import os
import struct
import subprocess
from contextlib import closing
from pathlib import Path
from socket import AF_UNIX, gethostname, socket, socketpair
from subprocess import DEVNULL

import pytest

from coasty_mcp.local import ScreenArea
from coasty_mcp.local.failures import NoScreen
from support.local_window import HEIGHT, WIDTH, split_monitor, x_server
from support.mcp_client import error, seated
from support.own_screen import ALLOWED

pytest.importorskip("Xlib")

from Xlib.error import DisplayError

from coasty_mcp.local.x11_connection import default_display, display_at
from coasty_mcp.local.x11_desktop import X11Desktop
from coasty_mcp.local.x11_screens import X11Screens

WHOLE = ScreenArea(0, 0, WIDTH, HEIGHT)
COOKIE = bytes(range(16))


def test_a_server_that_knows_of_no_monitors_has_one() -> None:
    with x_server("Xvfb", "-extension", "RANDR"), closing(X11Screens()) as screens:
        assert screens.monitors() == [WHOLE]
        assert screens.take(WHOLE).size == (WIDTH, HEIGHT)


def test_the_main_monitor_is_the_first() -> None:
    with x_server() as name:
        split_monitor(name)
        with closing(X11Screens()) as screens:
            left, right = ScreenArea(0, 0, 1280, 1080), ScreenArea(1280, 0, 640, 1080)
            assert screens.monitors() == [left, right]
            shape = "640/200x1080/300+1280+0"
            for order in (["--delmonitor", "right"], ["--setmonitor", "*right", shape, "none"]):
                subprocess.run(["xrandr", "-d", name, *order], check=True, stdout=DEVNULL)
            assert screens.monitors() == [right, left]


def test_a_screen_of_few_colours_is_named() -> None:
    with (
        x_server("Xvfb", "-screen", "0", "640x480x16"),
        closing(X11Screens()) as screens,
        pytest.raises(NoScreen, match="This screen has 16 bits for a pixel, and needs 24"),
    ):
        screens.take(screens.monitors()[0])


async def test_after_its_server_has_ended_the_next_one_is_seen_and_controlled() -> None:
    pressing = ("coasty_do_on_screen", {"action_type": "key_press", "params": {"key": "a"}})
    async with seated(settings=ALLOWED) as model:
        for _ in range(2):
            with x_server() as name:
                assert not (await model.call_tool("coasty_look_at_screen", {})).is_error
                assert not (await model.call_tool(*pressing)).is_error
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("DISPLAY", name)
                gone = await model.call_tool(*pressing)
            assert error(gone)["code"] == "NO_LOCAL_SCREEN"


def test_after_a_failure_the_next_picture_is_seen() -> None:
    with closing(X11Screens()) as screens:
        with x_server():
            with pytest.raises(NoScreen, match="the X server refuses to show that area"):
                screens.take(ScreenArea(WIDTH, 0, 9, 9))
            assert screens.take(ScreenArea(0, 0, 9, 9)).size == (9, 9)
        with pytest.raises(NoScreen, match="This screen cannot be captured"):
            screens.monitors()
        with x_server():
            assert screens.monitors() == [WHOLE]


def test_two_servers_at_once_are_each_spoken_to_in_their_own_numbers() -> None:
    with (
        x_server("Xvfb", "-extension", "MIT-SHM") as one,
        x_server(),
        closing(X11Desktop()) as second,
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", one)
            first = X11Desktop()
        with closing(first):
            for desktop in (first, second, first):
                desktop.move(desktop.pointer()._replace(x=40, y=50))
                assert desktop.pointer() == (40, 50)


def kept_cookie(folder: Path) -> Path:
    """Return a file of the user's, with the cookie of every display of this computer."""
    known, local, every_display = folder / "Xauthority", 256, b""
    parts = (gethostname().encode(), every_display, b"MIT-MAGIC-COOKIE-1", COOKIE)
    packed = b"".join(struct.pack(">H", len(part)) + part for part in parts)
    known.write_bytes(struct.pack(">H", local) + packed)
    return known


def test_a_server_that_asks_for_the_users_cookie_is_given_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = kept_cookie(tmp_path)
    monkeypatch.setenv("XAUTHORITY", str(known))
    with x_server("Xvfb", "-auth", str(known)), closing(X11Screens()) as screens:
        assert screens.monitors() == [WHOLE]


def test_a_connection_that_is_made_already_is_not_given_the_users_cookie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAUTHORITY", str(kept_cookie(tmp_path)))
    ours, theirs = socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("=BBHHH4s", 0, 4, 11, 0, 1, b"gone"))
        with pytest.raises(DisplayError, match="gone"):
            display_at(ours)
        assert COOKIE not in theirs.recv(4096)


def test_a_user_without_cookies_is_nothing_to_print(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XAUTHORITY", os.devnull)
    with x_server(), closing(X11Screens()) as screens:
        assert screens.monitors() == [WHOLE]
    assert capfd.readouterr().out == ""


def test_a_display_of_another_host_is_reached_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    with x_server("Xvfb", "-listen", "tcp") as name:
        monkeypatch.setenv("DISPLAY", f"127.0.0.1{name}.0")
        with closing(X11Screens()) as screens:
            assert screens.monitors() == [WHOLE]


@pytest.mark.parametrize("own", [True, False])
def test_a_window_that_is_gone_is_nothing_to_print(
    capfd: pytest.CaptureFixture[str], *, own: bool
) -> None:
    with x_server() as name, socket(AF_UNIX) as connection:
        connection.connect(f"/tmp/.X11-unix/X{name[1:]}")
        with closing(default_display() if own else display_at(connection)) as display:
            display.create_resource_object("window", 7).destroy()
            display.sync()
    assert capfd.readouterr() == ("", "")


def test_where_no_server_answers_the_desktop_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(
        NoScreen, match=r"There is no X server to talk to: .*:987.*(refused|No such)"
    ):
        X11Desktop()
