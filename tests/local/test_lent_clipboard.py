"""The clipboard while a process of its own lends it to a text, and what comes back after that."""

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import TYPE_CHECKING, Any

import pytest

from support.x11_copies import copied

if TYPE_CHECKING:
    from coasty_mcp.local.lent_clipboard import LentClipboard
    from coasty_mcp.local.x11_clipboard import X11Clipboard

TEXT = "😀 é\n" * 15_000
"""More than goes through a pipe at once."""
BEFORE = "Zoë €".encode()


@pytest.fixture
def program(display: str) -> "Generator[X11Clipboard]":
    """Return a program that reads what is copied."""
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    with closing(X11Clipboard()) as opened:
        yield opened


def lend(text: str = TEXT) -> "LentClipboard":
    from coasty_mcp.local.lent_clipboard import lend as lend_it

    lent = lend_it(text)
    assert lent
    return lent


def owner_closes(display: str) -> Callable[[], None]:
    """Return what waits until the program that holds the clipboard has ended."""
    from Xlib import X
    from Xlib.display import Display

    watching = Display(display)
    owner: Any = watching.get_selection_owner(watching.intern_atom("CLIPBOARD"))
    owner.change_attributes(event_mask=X.StructureNotifyMask)
    watching.sync()

    def wait() -> None:
        while watching.next_event().type != X.DestroyNotify:
            pass
        watching.close()

    return wait


def test_a_text_is_lent_and_what_was_copied_before_is_kept_until_something_else_is(
    program: "X11Clipboard", display: str
) -> None:
    with copied(BEFORE):
        lent = lend()
        assert program.content() == TEXT.encode()
        assert lent.taken()
        lent.give_back()
    assert [program.content(), program.content()] == [BEFORE, BEFORE]
    until_it_ends = owner_closes(display)
    with copied(b"else"):
        until_it_ends()


def test_where_nothing_was_copied_nothing_is_there_afterwards(program: "X11Clipboard") -> None:
    lent = lend()
    assert program.content() == TEXT.encode()
    lent.give_back()
    assert program.content() == b""


def test_what_is_copied_meanwhile_stays(program: "X11Clipboard") -> None:
    with copied(BEFORE):
        lent = lend()
    with copied(b"else"):
        lent.give_back()
        assert program.content() == b"else"


def test_what_has_more_than_plain_text_is_not_replaced(
    program: "X11Clipboard", monkeypatch: pytest.MonkeyPatch
) -> None:
    from coasty_mcp.local.lent_clipboard import lend as lend_it

    monkeypatch.setattr("coasty_mcp.local.x11_clipboard.GIVEN", ("UTF8_STRING", "image/png"))
    with copied(BEFORE) as taken:
        assert lend_it(TEXT) is None
        assert not taken


def test_who_took_the_text_before_it_is_pasted_does_not_count(
    program: "X11Clipboard", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.local.lent_clipboard.TAKE_SECONDS", 0.05)
    lent = lend()
    program.content()
    lent.forget()
    assert not lent.taken()
    program.content()
    assert lent.taken()
    lent.give_back()


def test_where_there_is_no_x_server_nothing_is_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    from coasty_mcp.local.lent_clipboard import lend as lend_it

    monkeypatch.setenv("DISPLAY", ":987")
    assert lend_it(TEXT) is None


def test_its_process_learns_where_the_display_is_and_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coasty_mcp.local.lent_clipboard import lend as lend_it

    for name in ("DISPLAY", "XAUTHORITY", "HOME", "COASTY_API_KEY"):
        monkeypatch.setenv(name, str(tmp_path))
    process, told = tmp_path / "python", tmp_path / "told"
    process.write_text(f"#!/bin/sh\nenv >'{told}'\n")
    process.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(process))
    assert lend_it(TEXT) is None
    names = {line.partition("=")[0] for line in told.read_text().splitlines()}
    assert names >= {"DISPLAY", "XAUTHORITY", "HOME"}
    assert "COASTY_API_KEY" not in names


def test_what_was_copied_comes_back_also_when_a_terminal_interrupts_whoever_lent_it(
    program: "X11Clipboard",
) -> None:
    lend_it = "from coasty_mcp.local.lent_clipboard import lend; lend('lent')"
    line = f"{lend_it}; print(flush=True); import signal; signal.pause()"
    with copied(BEFORE):
        command = [sys.executable, "-c", line]
        with Popen(command, stdout=PIPE, stderr=DEVNULL, process_group=0) as lender:
            assert lender.stdout
            lender.stdout.readline()
            assert program.content() == b"lent"
            os.killpg(lender.pid, signal.SIGINT)
        assert any(program.content() == BEFORE for _ in range(5000))


@pytest.mark.parametrize(
    ("name", "pastes"), [(("l3afpad", "L3afpad"), True), (("xterm", "XTerm"), False), (None, False)]
)
def test_only_to_programs_that_paste_and_on_the_users_own_display_it_is_lent(
    display: str, name: tuple[str, str] | None, *, pastes: bool
) -> None:
    from Xlib import X
    from Xlib.display import Display

    from coasty_mcp.local.x11_desktop import X11Desktop

    with closing(Display(display)) as editor, closing(X11Desktop()) as own:
        frame = editor.screen().root.create_window(0, 0, 9, 9, 0, X.CopyFromParent)
        inside = frame.create_window(0, 0, 9, 9, 0, X.CopyFromParent)
        if name:
            frame.set_wm_class(*name)
        for each in (frame, inside):
            each.map()
        inside.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        editor.sync()
        assert bool(own.clipboard()) is pastes
        with closing(X11Desktop(Display(display))) as other:
            assert other.clipboard() is None
