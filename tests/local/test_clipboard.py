"""The clipboard between two programs, each with its own connection to an X server."""

from collections.abc import Generator
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from support.x11_copies import copied

if TYPE_CHECKING:
    from coasty_mcp.local.x11_clipboard import X11Clipboard

TEXT = "Zoë €".encode()
KINDS = {
    "GTK": (
        *("TIMESTAMP", "TARGETS", "MULTIPLE", "SAVE_TARGETS", "GTK_TEXT_BUFFER_CONTENTS"),
        *("UTF8_STRING", "COMPOUND_TEXT", "TEXT", "STRING", "text/plain;charset=utf-8"),
    ),
    "Motif": ("DELETE", "UTF8_STRING", "STRING"),
    "Qt": ("text/plain", "UTF8_STRING", "text/plain;charset=iso8859-15"),
}
"""What programs of these libraries offer when plain text is copied."""


@pytest.fixture
def clipboard(display: str) -> "Generator[X11Clipboard]":
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    with closing(X11Clipboard()) as opened:
        yield opened


def test_where_nothing_was_copied_there_is_nothing(clipboard: "X11Clipboard") -> None:
    assert clipboard.content() == b""


@pytest.mark.parametrize("library", KINDS)
def test_plain_text_is_read_whatever_library_offers_it(
    clipboard: "X11Clipboard", monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setattr("coasty_mcp.local.x11_clipboard.GIVEN", KINDS[library])
    with copied(TEXT) as taken:
        assert clipboard.content() == TEXT
        assert taken == ["taken"]


def answer(display: str, kind: str) -> tuple[str, Any] | None:
    """Return what a program gets that asks for that kind: its type and its value."""
    from Xlib import X
    from Xlib.display import Display

    with closing(Display(display)) as program:
        window = program.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        clipboard, place = program.intern_atom("CLIPBOARD"), program.intern_atom("PLACE")
        window.convert_selection(clipboard, program.intern_atom(kind), place, X.CurrentTime)
        while (event := program.next_event()).type != X.SelectionNotify:
            pass
        if event.property == X.NONE:
            return None
        found = window.get_full_property(event.property, X.AnyPropertyType)
        kind = program.get_atom_name(found.property_type)
        atoms = [program.get_atom_name(each) for each in found.value] if kind == "ATOM" else None
        return kind, atoms or found.value


def test_programs_are_given_the_text_as_the_kinds_that_are_offered(display: str) -> None:
    kinds = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain")
    with copied(TEXT):
        assert answer(display, "TARGETS") == ("ATOM", ["TARGETS", *kinds])
        assert [answer(display, kind) for kind in kinds] == [(kind, TEXT) for kind in kinds]
        assert answer(display, "image/png") is None


def test_what_is_offered_but_not_given_is_left_alone(clipboard: "X11Clipboard") -> None:
    with copied(b""):
        assert clipboard.content() is None


def test_what_comes_in_pieces_is_left_alone(display: str, clipboard: "X11Clipboard") -> None:
    from Xlib import X
    from Xlib.display import Display
    from Xlib.protocol.event import SelectionNotify

    program = Display(display)
    atom = program.intern_atom
    window = program.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    window.set_selection_owner(atom("CLIPBOARD"), X.CurrentTime)
    program.sync()

    def say_how_much_there_is() -> None:
        for kind, value in (("ATOM", atom("UTF8_STRING")), ("INCR", 10_000_000)):
            while (asked := program.next_event()).type != X.SelectionRequest:
                pass
            asked.requestor.change_property(asked.property, atom(kind), 32, [value])
            names = ("time", "requestor", "selection", "target", "property")
            facts = {name: getattr(asked, name) for name in names}
            asked.requestor.send_event(SelectionNotify(**facts))
            program.flush()

    answering = Thread(target=say_how_much_there_is)
    answering.start()
    assert clipboard.content() is None
    answering.join()
    program.close()


def test_what_is_put_back_is_kept_until_somebody_copies(clipboard: "X11Clipboard") -> None:
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    with closing(X11Clipboard()) as keeper:
        keeper.give(TEXT)
        keeping = Thread(target=keeper.serve, daemon=True)
        keeping.start()
        assert clipboard.content() == TEXT
        clipboard.give(b"else")
        keeping.join(5)
        assert not keeping.is_alive()


@pytest.mark.parametrize("kind", ["text/html", "image/png", "text/uri-list"])
def test_what_is_more_than_plain_text_is_left_alone(
    clipboard: "X11Clipboard", monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("coasty_mcp.local.x11_clipboard.GIVEN", ("UTF8_STRING", kind))
    with copied(TEXT) as taken:
        assert clipboard.content() is None
        assert not taken


def test_a_program_that_does_not_answer_is_not_waited_for(
    clipboard: "X11Clipboard", monkeypatch: pytest.MonkeyPatch
) -> None:
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    monkeypatch.setattr("coasty_mcp.local.x11_clipboard.ANSWER_SECONDS", 0.05)
    with closing(X11Clipboard()) as stuck:
        stuck.give(TEXT)
        assert clipboard.content() is None


def test_a_clipboard_is_ours_until_somebody_copies_something_else(
    clipboard: "X11Clipboard",
) -> None:
    clipboard.give(TEXT)
    assert clipboard.is_ours
    with copied(TEXT):
        assert clipboard.is_ours
    with copied(b"else"):
        assert not clipboard.is_ours
