"""Windows of a program, arranged by a window manager as it is asked to."""

import shutil
from collections.abc import Callable, Generator
from contextlib import closing
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any

import pytest
from anyio import fail_after, sleep

if TYPE_CHECKING:
    from Xlib.display import Display

    from coasty_mcp.local.window_info import WindowInfo
    from coasty_mcp.local.x11_windows import X11Windows

AT = (100, 80, 400, 300)


@pytest.fixture(scope="module")
def connection(display: str) -> "Generator[Display]":
    if not shutil.which("openbox"):
        pytest.skip("openbox is not installed")
    from Xlib.display import Display

    command = ["openbox", "--startup", "echo started"]
    with Popen(command, env={"DISPLAY": display, "PATH": "/usr/bin:/bin"}, stdout=PIPE) as manager:
        assert manager.stdout
        manager.stdout.readline()
        with closing(Display(display)) as server:
            yield server
        manager.kill()


@pytest.fixture
def windows(display: str, connection: "Display") -> "Generator[X11Windows]":
    """Return the windows as a program sees them that has none of its own."""
    from Xlib.display import Display

    from coasty_mcp.local.x11_windows import X11Windows

    with closing(Display(display)) as other:
        yield X11Windows(other)


@pytest.fixture
def open_window(connection: "Display") -> Generator[Callable[[str], int]]:
    """Return what opens a window with a title, which is gone after the test."""
    from Xlib import X

    made: list[Any] = []

    def window(title: str) -> int:
        root = connection.screen().root
        new = root.create_window(0, 0, 200, 100, 0, X.CopyFromParent)
        name, utf8 = (connection.intern_atom(each) for each in ("_NET_WM_NAME", "UTF8_STRING"))
        new.change_property(name, utf8, 8, title.encode())
        new.set_wm_protocols([connection.intern_atom("WM_DELETE_WINDOW")])
        new.map()
        connection.flush()
        made.append(new)
        return new.id

    yield window
    for each in made:
        each.destroy()
    connection.sync()


async def until(windows: "X11Windows", number: int, **wanted: Any) -> "WindowInfo":
    """Return what is listed of a window once it is as wanted."""
    with fail_after(10):
        while True:
            for each in windows.front_first():
                if each.id == number and wanted.items() <= vars(each).items():
                    return each
            await sleep(0.01)


async def test_windows_are_listed_with_their_titles_what_is_in_front_first(
    windows: "X11Windows", open_window: Callable[[str], int]
) -> None:
    one = open_window("Zoë €")
    await until(windows, one, title="Zoë €", active=True)
    two = open_window("w" * 999)
    await until(windows, two, title="w" * 300, active=True)
    assert [each.id for each in windows.front_first()] == [two, one]
    windows.activate(one)
    await until(windows, one, active=True)
    await until(windows, two, active=False)
    assert [each.id for each in windows.front_first()] == [one, two]


async def test_an_old_programs_title_is_read_too(
    windows: "X11Windows", open_window: Callable[[str], int], connection: "Display"
) -> None:
    number = open_window("new")
    await until(windows, number)
    window = connection.create_resource_object("window", number)
    window.delete_property(connection.intern_atom("_NET_WM_NAME"))
    latin, name = connection.intern_atom("STRING"), connection.intern_atom("WM_NAME")
    window.change_property(name, latin, 8, b"caf\xe9")
    connection.flush()
    await until(windows, number, title="caf\N{REPLACEMENT CHARACTER}")
    window.delete_property(name)
    connection.flush()
    await until(windows, number, title="")


async def test_a_window_is_placed_with_its_frame_and_maximized_and_restored(
    windows: "X11Windows", open_window: Callable[[str], int], connection: "Display"
) -> None:
    number = open_window("one")
    await until(windows, number)
    frame = dict(zip(("x", "y", "width", "height"), AT, strict=True))
    windows.place(number, *AT)
    placed = await until(windows, number, **frame, maximized=False)
    inner = connection.create_resource_object("window", number).get_geometry()
    assert inner.height < placed.height
    windows.maximize(number)
    await until(windows, number, x=0, y=0, width=1920, height=1080, maximized=True)
    windows.restore(number)
    await until(windows, number, **frame, maximized=False)
    windows.maximize(number)
    windows.maximize(number)
    windows.minimize(number)
    await until(windows, number, maximized=True, minimized=True)
    windows.place(number, *AT)
    await until(windows, number, x=AT[0], y=AT[1], maximized=False)


async def test_a_window_is_never_smaller_than_its_frame(
    windows: "X11Windows", open_window: Callable[[str], int]
) -> None:
    number = open_window("one")
    framed = await until(windows, number, active=True)
    least = {"width": framed.width - 200 + 1, "height": framed.height - 100 + 1}
    windows.place(number, 100, 80, 2, 2)
    await until(windows, number, x=100, y=80, **least)


async def test_a_window_is_minimized_and_brought_back(
    windows: "X11Windows", open_window: Callable[[str], int]
) -> None:
    number = open_window("one")
    await until(windows, number, minimized=False)
    windows.minimize(number)
    await until(windows, number, minimized=True, active=False)
    windows.activate(number)
    await until(windows, number, minimized=False, active=True)


async def test_a_program_is_asked_to_close_its_window(
    windows: "X11Windows", open_window: Callable[[str], int], connection: "Display"
) -> None:
    from Xlib import X

    number = open_window("one")
    await until(windows, number)
    windows.close(number)
    while (event := connection.next_event()).type != X.ClientMessage:
        pass
    assert event.window.id == number
    assert event.data[1][0] == connection.intern_atom("WM_DELETE_WINDOW")


async def test_what_keeps_off_the_taskbar_is_not_listed(
    windows: "X11Windows", open_window: Callable[[str], int], connection: "Display"
) -> None:
    panel, number = open_window("panel"), open_window("one")
    state, skip = (
        connection.intern_atom(each) for each in ("_NET_WM_STATE", "_NET_WM_STATE_SKIP_TASKBAR")
    )
    await until(windows, panel)
    await until(windows, number)
    window = connection.create_resource_object("window", panel)
    window.change_property(state, connection.intern_atom("ATOM"), 32, [skip])
    connection.sync()
    assert [each.id for each in windows.front_first()] == [number]


async def test_a_window_that_has_no_frame_is_as_large_as_it_is(
    windows: "X11Windows", open_window: Callable[[str], int], connection: "Display"
) -> None:
    number = open_window("one")
    framed = await until(windows, number, active=True)
    window = connection.create_resource_object("window", number)
    window.delete_property(connection.intern_atom("_NET_FRAME_EXTENTS"))
    connection.sync()
    bare = await until(windows, number, width=200, height=100)
    assert bare.x >= framed.x
    assert bare.y > framed.y
