"""The mouse and the keyboard: finds what is under the pointer and what has the focus."""

import re
from collections import deque
from collections.abc import Iterator

from .canvas import Click, Spot
from .desktop import Desktop
from .keys import chord_of
from .refused import Refused

NOTCH = 50
"""Units that one turn of the wheel scrolls."""
MOST_TYPED = 20_000
SCROLL_KEYS = {"down": 1, "up": -1, "pagedown": 7, "pageup": -7, "end": 10**6, "home": -(10**6)}


class Inputs:
    def __init__(self, desktop: Desktop, scale: float) -> None:
        self.desktop = desktop
        self.scale = scale
        self.history = deque[str](maxlen=40)

    def spots(self) -> list[Spot]:
        """What can be pointed at, the frontmost last."""
        return self.desktop.painted(self.scale).spots

    def seen(self) -> list[Spot]:
        """Those whose middle is not behind another window, the frontmost first."""
        found: list[Spot] = []
        hiding: list[Spot] = []
        for spot in reversed(self.spots()):
            if not any(front.area.holds(*spot.area.middle) for front in hiding):
                found.append(spot)
            if spot.opaque:
                hiding.append(spot)
        return found

    def move(self, x: float, y: float) -> None:
        self.desktop.pointer = (x, y)

    def click(
        self,
        x: float,
        y: float,
        count: int = 1,
        button: str = "left",
        modifiers: frozenset[str] = frozenset(),
    ) -> None:
        self.move(x, y)
        words = " ".join([*sorted(modifiers), *(["right"] if button == "right" else [])])
        how = {1: "click", 2: "double click"}.get(count, f"{count} clicks on")
        self.note(f"{words} {how} {self.label(x, y)}".strip())
        for number in range(1, count + 1):
            spot = self._take(x, y)
            if spot and spot.click and button == "left":
                spot.click(spot.local(Click(x, y, number, modifiers)))
            self.desktop.windows.sweep()

    def drag(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.note(f"drag {self.label(x1, y1)}")
        spot = self._take(x1, y1)
        self.move(x2, y2)
        if spot and spot.drag:
            spot.drag(spot.local(Click(x1, y1)), spot.local(Click(x2, y2)))

    def scroll(self, x: float, y: float, notches: float, direction: str) -> None:
        self.move(x, y)
        self.note(f"scroll {direction}")
        if direction in ("up", "down"):
            self.scroll_by(x, y, NOTCH * notches * (1 if direction == "down" else -1))

    def scroll_by(self, x: float, y: float, units: float) -> None:
        for spot in self._under(x, y):
            if spot.scroll:
                spot.scroll(units)
                return

    def type(self, text: str) -> None:
        """Line breaks and tabs are the keys that make them."""
        if len(text) > MOST_TYPED:
            raise Refused(f"text is longer than the {MOST_TYPED} characters typed at once.")
        self.note(f"type {text}")
        for piece in re.split(r"([\n\t])", text.replace("\r\n", "\n")):
            if piece in ("\n", "\t"):
                self._press("enter" if piece == "\n" else "tab")
            elif piece:
                self._type(piece)

    def press(self, keys: list[str]) -> str:
        chord = chord_of(keys)
        self.note(f"press {chord}")
        *held, key = chord.split("+") if len(chord) > 1 else [chord]
        if (len(key) == 1 or key == "space") and not set(held) - {"shift"}:
            self._type(" " if key == "space" else key.upper() if held else key)
        else:
            self._press(chord)
        return chord

    def label(self, x: float, y: float) -> str:
        """What a person would call what is there."""
        for spot in self._under(x, y):
            if spot.element:
                return spot.element.label
        return "desktop"

    def note(self, words: str) -> None:
        self.history.append(words)

    def _under(self, x: float, y: float) -> Iterator[Spot]:
        """The frontmost first, down to what hides the rest."""
        for spot in reversed(self.spots()):
            if spot.area.holds(x, y):
                yield spot
                if spot.opaque:
                    return

    def _take(self, x: float, y: float) -> Spot | None:
        """The spot that answers there; its window comes to the front."""
        found = list(self._under(x, y))
        windows = self.desktop.windows
        if found and found[0].window_id:
            windows.raise_(windows.find(found[0].window_id))
        return next((spot for spot in found if spot.click or spot.drag), None)

    def _type(self, text: str) -> None:
        window = self.desktop.windows.active
        if window:
            window.app.type(text)
            self.desktop.windows.sweep()

    def _press(self, chord: str) -> None:
        desktop = self.desktop
        window = desktop.windows.active
        if chord == "alt+tab":
            desktop.windows.cycle()
        elif window is None:
            desktop.press(chord)
        elif chord == "alt+f4":
            desktop.windows.close(window)
        elif not window.app.press(chord) and chord in SCROLL_KEYS:
            x, y = window.frame.middle
            self.scroll_by(x, y, NOTCH * SCROLL_KEYS[chord])
        desktop.windows.sweep()
