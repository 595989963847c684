"""The clipboard of an X server: what is on it stays with the program that copied it."""

import select
import time
from collections.abc import Callable
from typing import Any

from Xlib import X
from Xlib.protocol.event import SelectionNotify

from .x11_connection import default_display

GIVEN = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain")
PLAIN = {
    *("UTF8_STRING", "TEXT", "STRING", "COMPOUND_TEXT", "GTK_TEXT_BUFFER_CONTENTS"),
    *("TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS", "DELETE"),
}
"""What a program offers, beside text/plain, that has copied plain text; more is not put back."""
ANSWER_SECONDS = 0.5


class X11Clipboard:
    def __init__(self, taken: Callable[[], None] = lambda: None) -> None:
        """`taken` is called whenever a program takes the text that is given."""
        self._taken = taken
        self._display = default_display()
        self._window = self._display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self._selection = self._atom("CLIPBOARD")
        self._text = b""

    def content(self) -> bytes | None:
        """Return its plain text, empty where there is none; None where it holds anything else."""
        if self._display.get_selection_owner(self._selection) == X.NONE:
            return b""
        kinds = self._converted("TARGETS")
        if kinds is None or not all(map(_is_plain, map(self._display.get_atom_name, kinds))):
            return None
        text = self._converted("UTF8_STRING")
        return None if text is None else bytes(text)

    def give(self, text: bytes) -> None:
        """Give this text to whoever asks from now on."""
        self._text = text
        self._window.set_selection_owner(self._selection, X.CurrentTime)
        self._display.sync()

    @property
    def is_ours(self) -> bool:
        """Whether it holds the text still, if only because a program copied what it pasted."""
        owner = self._display.get_selection_owner(self._selection)
        return owner == self._window or self.content() == self._text

    def serve(self, until: Any = None) -> None:
        """Answer programs until that can be read, or else until somebody copies."""
        sources = [self._display, *([until] if until else [])]
        while True:
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == X.SelectionClear and not until:
                    return
                if event.type == X.SelectionRequest:
                    self._answer(event)
            if until in select.select(sources, [], [])[0]:
                return

    def close(self) -> None:
        self._display.close()

    def _converted(self, kind: str) -> Any:
        """Return what its owner says in answer; None if that is nothing, or more than fits."""
        target, place = self._atom(kind), self._atom("COASTY")
        self._window.convert_selection(self._selection, target, place, X.CurrentTime)
        deadline = time.monotonic() + ANSWER_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            if not self._display.pending_events():
                select.select([self._display], [], [], left)
                continue
            event = self._display.next_event()
            if event.type == X.SelectionNotify:
                found = self._window.get_full_property(place, X.AnyPropertyType)
                whole = found and found.property_type != self._atom("INCR")
                return found.value if event.property and whole else None
        return None

    def _answer(self, request: Any) -> None:
        place = request.property or request.target
        if request.target == self._atom("TARGETS"):
            kinds = [self._atom(each) for each in ("TARGETS", *GIVEN)]
            request.requestor.change_property(place, self._atom("ATOM"), 32, kinds)
        elif self._text and self._display.get_atom_name(request.target) in GIVEN:
            request.requestor.change_property(place, request.target, 8, self._text)
            self._taken()
        else:
            place = X.NONE
        request.requestor.send_event(
            SelectionNotify(
                time=request.time,
                requestor=request.requestor,
                selection=request.selection,
                target=request.target,
                property=place,
            )
        )

    def _atom(self, name: str) -> int:
        return self._display.intern_atom(name)


def _is_plain(kind: str) -> bool:
    return kind in PLAIN or kind.startswith("text/plain")
