"""The menu that a right click shows."""

from dataclasses import dataclass

from ..scene import Role
from .drawing.canvas import Canvas
from .drawing.rect import Rect
from .drawing.theme import INK, LINE, PAPER
from .drawing.widgets import bordered

ROW = 28
WIDTH = 150
KEYS = {
    "Cut": "ctrl+x",
    "Copy": "ctrl+c",
    "Paste": "ctrl+v",
    "Select all": "ctrl+a",
    "Back": "alt+left",
    "Forward": "alt+right",
    "Reload": "f5",
}
"""What items press; the others click where the menu was opened."""
ITEMS: dict[Role, tuple[str, ...]] = {
    "field": ("Cut", "Copy", "Paste", "Select all"),
    "icon": ("Open",),
    "link": ("Open link",),
}
BROWSER_ITEMS = ("Back", "Forward", "Reload")
DESKTOP_ITEMS = ("Open Terminal",)


@dataclass
class ContextMenu:
    """An open menu; the point is where the mouse was clicked, in units of the screen."""

    x: float
    y: float
    items: tuple[str, ...]

    def paint(self, canvas: Canvas) -> None:
        height = ROW * len(self.items) + 8
        x = round(min(self.x, canvas.width - WIDTH))
        y = round(min(self.y, canvas.height - height))
        frame = Rect(x, y, WIDTH, height)
        bordered(canvas, frame, PAPER, LINE, 5)
        canvas.add_region(frame, opaque=True)
        for number, item in enumerate(self.items):
            row = Rect(x + 4, y + 4 + number * ROW, WIDTH - 8, ROW)
            canvas.text(row.inset(10, 0), item, 14, INK)
            canvas.add_region(row, "menu item", item)
