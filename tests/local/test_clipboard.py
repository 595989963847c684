"""The clipboard between two programs, each with its own connection to an X server."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from socket import socketpair
from threading import Thread
from typing import TYPE_CHECKING

import pytest

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


@contextmanager
def copied(text: bytes) -> Generator[list[str]]:
    """Hold a text, as another program does; yield what it notes when that is taken."""
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    taken, (ours, theirs) = list[str](), socketpair()
    with ours, theirs, closing(X11Clipboard(lambda: taken.append("taken"))) as owner:
        owner.give(text)
        serving = Thread(target=owner.serve, args=[theirs])
        serving.start()
        try:
            yield taken
        finally:
            ours.close()
            serving.join()


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
    assert clipboard.content() == b""


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
