"""The mouse and the keyboard: finds what is under the pointer and what has the focus."""

import re
from collections import deque
from collections.abc import Iterator

from .command_error import CommandError
from .context_menu import BROWSER_ITEMS, DESKTOP_ITEMS, ITEMS, KEYS, ContextMenu
from .desktop import Desktop
from .drawing.canvas import Click, HitRegion
from .keys import chord_of
from .web.browser import Browser

NOTCH = 50
"""Units that one notch of the wheel scrolls."""
MAX_TYPED = 20_000
SCROLL_KEYS = {"down": 1, "up": -1, "pagedown": 7, "pageup": -7, "end": 10**6, "home": -(10**6)}


class Inputs:
    """Mouse and keyboard; points are in units of the desktop, not pixels."""

    def __init__(self, desktop: Desktop, scale: float) -> None:
        self.desktop = desktop
        self.scale = scale
        self.history = deque[str](maxlen=40)

    def regions(self) -> list[HitRegion]:
        """Return everything that can be pointed at, the frontmost last."""
        return self.desktop.paint(self.scale).regions

    def visible_regions(self) -> list[HitRegion]:
        """Return the regions whose middle is not behind another window, the frontmost first."""
        found: list[HitRegion] = []
        hiding: list[HitRegion] = []
        for region in reversed(self.regions()):
            if not any(front.area.contains(*region.area.middle) for front in hiding):
                found.append(region)
            if region.opaque:
                hiding.append(region)
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
        self.record(f"{words} {how} {self.label(x, y)}".strip())
        if self.desktop.menu:
            self._choose(self.desktop.menu, x, y)
            return
        if button == "right":
            self._open_menu(x, y)
            return
        for number in range(1, count + 1):
            region = self._activate(x, y)
            if region and region.click:
                region.click(region.local(Click(x, y, number, modifiers)))
            self.desktop.windows.close_finished()

    def _open_menu(self, x: float, y: float) -> None:
        """Show what can be done with what is there; a field gets the focus first."""
        under = next((region.element for region in self._regions_at(x, y) if region.element), None)
        region = self._activate(x, y)
        has_selection = under and under.role == "field" and under.focused
        if (
            region
            and region.click
            and under
            and under.role in ("icon", "field")
            and not has_selection
        ):
            region.click(region.local(Click(x, y)))
        app = self.desktop.windows.active
        in_browser = under and app and isinstance(app.app, Browser)
        elsewhere = BROWSER_ITEMS if in_browser else () if under else DESKTOP_ITEMS
        items = ITEMS.get(under.role, elsewhere) if under else elsewhere
        self.desktop.menu = ContextMenu(x, y, items) if items else None

    def _choose(self, menu: ContextMenu, x: float, y: float) -> None:
        """Do what the item there says; a click beside the menu only closes it."""
        element = next((region.element for region in self._regions_at(x, y)), None)
        self.desktop.menu = None
        if element is None or element.role != "menu item":
            return
        if element.label in KEYS:
            self._press(KEYS[element.label])
        elif element.label == "Open Terminal":
            self.desktop.launch("Terminal")
        elif (region := self._activate(menu.x, menu.y)) and region.click:
            region.click(region.local(Click(menu.x, menu.y, 2)))

    def drag(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Drag from one point to another, and return whether there was something to drag."""
        self.record(f"drag {self.label(x1, y1)}")
        self.desktop.menu = None
        region = self._activate(x1, y1)
        self.move(x2, y2)
        if region and region.drag:
            region.drag(region.local(Click(x1, y1)), region.local(Click(x2, y2)))
        return bool(region and region.drag)

    def scroll(self, x: float, y: float, notches: float, direction: str) -> None:
        self.move(x, y)
        self.record(f"scroll {direction}")
        self.desktop.menu = None
        if direction in ("up", "down"):
            self.scroll_by(x, y, NOTCH * notches * (1 if direction == "down" else -1))

    def scroll_by(self, x: float, y: float, units: float) -> None:
        for region in self._regions_at(x, y):
            if region.scroll:
                region.scroll(units)
                return

    def type(self, text: str) -> None:
        """Type a text; line breaks and tabs are pressed as keys.

        Raises:
            CommandError: it is too long.
        """
        if len(text) > MAX_TYPED:
            raise CommandError(f"text is longer than the {MAX_TYPED} characters typed at once.")
        self.record(f"type {text}")
        self.desktop.menu = None
        for piece in re.split(r"([\n\t])", text.replace("\r\n", "\n")):
            if piece in ("\n", "\t"):
                self._press("enter" if piece == "\n" else "tab")
            elif piece:
                self._type(piece)

    def press(self, keys: list[str]) -> str:
        chord = chord_of(keys)
        self.record(f"press {chord}")
        if self.desktop.menu:
            self.desktop.menu = None
            if chord == "escape":
                return chord
        *held, key = chord.split("+") if len(chord) > 1 else [chord]
        if (len(key) == 1 or key == "space") and not set(held) - {"shift"}:
            self._type(" " if key == "space" else key.upper() if held else key)
        else:
            self._press(chord)
        return chord

    def label(self, x: float, y: float) -> str:
        """Return the label of what is there."""
        for region in self._regions_at(x, y):
            if region.element:
                return region.element.label
        return "desktop"

    def record(self, words: str) -> None:
        self.history.append(words)

    def _regions_at(self, x: float, y: float) -> Iterator[HitRegion]:
        """Yield the regions at a point, the frontmost first, down to an opaque one."""
        for region in reversed(self.regions()):
            if region.area.contains(x, y):
                yield region
                if region.opaque:
                    return

    def _activate(self, x: float, y: float) -> HitRegion | None:
        """Bring the window there to the front, and return the region that reacts to the mouse."""
        found = list(self._regions_at(x, y))
        windows = self.desktop.windows
        if found and found[0].window_id:
            windows.bring_to_front(windows.find(found[0].window_id))
        return next((region for region in found if region.click or region.drag), None)

    def _type(self, text: str) -> None:
        window = self.desktop.windows.active
        if window:
            window.app.type(text)
            self.desktop.windows.close_finished()

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
        desktop.windows.close_finished()
