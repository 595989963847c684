"""Which window has the keyboard, on an X server without a window manager."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from coasty_mcp.screens import Point

if TYPE_CHECKING:
    from Xlib.display import Display

    from coasty_mcp.local.x11_desktop import X11Desktop

INSIDE, OUTSIDE = Point(150, 150), Point(900, 900)

Open = Callable[..., Any]


@pytest.fixture
def program(display: str) -> "Generator[Display]":
    """Return another program's connection."""
    from Xlib.display import Display

    with closing(Display(display)) as connection:
        yield connection


@pytest.fixture
def desktop(display: str) -> "Generator[X11Desktop]":
    from coasty_mcp.local.x11_desktop import X11Desktop

    with closing(X11Desktop()) as opened:
        yield opened


@pytest.fixture
def open_window(program: "Display") -> Generator[Open]:
    """Return what opens a window of the program, at most with a class, which ends with the test."""
    from Xlib import X

    made: list[Any] = []

    def window(named: str = "", inside: Any = None) -> Any:
        parent = inside or program.screen().root
        events = X.ButtonPressMask | X.ButtonReleaseMask
        new = parent.create_window(100, 100, 200, 200, 0, X.CopyFromParent, event_mask=events)
        if named:
            new.set_wm_class("instance", named)
        new.map()
        program.sync()
        made.append(new)
        return new

    yield window
    for each in reversed(made):
        each.destroy()
    program.sync()


def focus(program: "Display", on: Any) -> None:
    from Xlib import X

    program.set_input_focus(on, X.RevertToNone, X.CurrentTime)
    program.sync()


@pytest.mark.parametrize(
    ("named", "pastes"), [("Firefox", True), ("l3afpad", True), ("XTerm", False), ("", False)]
)
@pytest.mark.parametrize("in_a_part", [False, True])
def test_the_clipboard_is_lent_only_to_programs_that_are_known_to_paste(
    program: "Display",
    desktop: "X11Desktop",
    open_window: Open,
    named: str,
    *,
    pastes: bool,
    in_a_part: bool,
) -> None:
    window = open_window(named)
    focus(program, open_window(inside=window) if in_a_part else window)
    assert (desktop.clipboard() is not None) == pastes


def test_the_clipboard_of_another_display_than_the_users_is_not_lent(
    program: "Display", display: str, open_window: Open
) -> None:
    from Xlib.display import Display

    from coasty_mcp.local.x11_desktop import X11Desktop

    focus(program, open_window("Firefox"))
    with closing(X11Desktop(Display(display))) as desktop:
        assert desktop.clipboard() is None


def test_without_a_focus_the_keyboard_is_the_window_under_the_pointer(
    program: "Display", desktop: "X11Desktop", open_window: Open
) -> None:
    from Xlib import X

    window = open_window("Firefox")
    for on in (X.PointerRoot, X.NONE):
        focus(program, on)
        desktop.move(INSIDE)
        assert desktop.focused() == window.id
        assert desktop.clipboard() is None
        desktop.move(OUTSIDE)
        assert desktop.focused() == 0


def test_a_part_that_has_the_keyboard_belongs_to_its_window(
    program: "Display", desktop: "X11Desktop", open_window: Open
) -> None:
    window = open_window()
    focus(program, open_window(inside=open_window(inside=window)))
    assert desktop.focused() == window.id
    assert window.id in desktop.windows()


def test_after_a_click_the_focus_is_awaited_until_the_window_has_it(
    program: "Display",
    desktop: "X11Desktop",
    open_window: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from Xlib import X

    monkeypatch.setattr("coasty_mcp.local.x11_desktop.FOCUS_SECONDS", 60)
    monkeypatch.setattr("coasty_mcp.local.x11_desktop.CLICK_SECONDS", 0)
    window = open_window()
    focus(program, program.screen().root)
    desktop.move(INSIDE)
    assert not desktop.awaits_focus()
    desktop.click("left", 1)
    assert desktop.awaits_focus()
    focus(program, window)
    assert not desktop.awaits_focus()
    monkeypatch.setattr("coasty_mcp.local.x11_desktop.CLICK_SECONDS", 60)
    assert desktop.awaits_focus()
    monkeypatch.setattr("coasty_mcp.local.x11_desktop.FOCUS_SECONDS", 0)
    assert not desktop.awaits_focus()
    focus(program, X.PointerRoot)


def test_what_the_mouse_does_has_reached_the_program_when_it_is_done(
    program: "Display", desktop: "X11Desktop", open_window: Open
) -> None:
    def arrived() -> list[int]:
        program.sync()
        return [program.next_event().detail for _ in range(program.pending_events())]

    open_window()
    for place in (OUTSIDE, INSIDE):
        desktop.move(place)
        seen = program.screen().root.query_pointer()
        assert (seen.root_x, seen.root_y) == place
    for down in (True, False):
        desktop.hold("right", down)
        assert arrived() == [3]
    desktop.scroll(1, -2)
    assert arrived() == [7, 7, 4, 4, 4, 4]
