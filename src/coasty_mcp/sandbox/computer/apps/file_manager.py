"""The file manager: it lists a folder, and opens what is double clicked."""

from collections.abc import Callable
from posixpath import basename, dirname

from ..drawing.canvas import Canvas, Click
from ..drawing.rect import Rect
from ..drawing.theme import CHROME, INK, LINE, MUTED, PAPER, SELECTION
from ..drawing.widgets import mark_button
from ..file_system import FileSystem

TOOLBAR = 42
ROW = 34


class FileManager:
    """A file manager that shows one folder."""

    name = "Files"
    finished = False

    def __init__(self, files: FileSystem, open_file: Callable[[str], object]) -> None:
        self.files = files
        self.open_file = open_file
        self.path = files.home
        self.selected = ""
        self.top = 0.0

    @property
    def title(self) -> str:
        home = self.path == self.files.home
        return f"{'Home' if home else basename(self.path) or '/'} - Files"

    @property
    def names(self) -> list[str]:
        return self.files.names(self.path) if self.files.is_folder(self.path) else []

    def enter(self, path: str) -> None:
        self.path, self.selected, self.top = path, "", 0

    def open(self, name: str) -> None:
        path = self.files.resolve(name, self.path)
        if self.files.is_folder(path):
            self.enter(path)
        elif self.files.exists(path):
            self.open_file(path)

    def type(self, text: str) -> None:
        self._select(next((n for n in self.names if n.lower().startswith(text.lower())), ""))

    def press(self, chord: str) -> bool:
        names = self.names
        if chord == "enter" and self.selected:
            self.open(self.selected)
        elif chord in ("backspace", "alt+up"):
            self.enter(dirname(self.path))
        elif chord in ("up", "down") and names:
            at = names.index(self.selected) if self.selected in names else -1
            step = 1 if chord == "down" else -1
            self._select(names[max(0, min(at + step, len(names) - 1))])
        else:
            return False
        return True

    def _select(self, name: str) -> None:
        self.selected = name

    def _click(self, name: str, click: Click) -> None:
        self._select(name)
        if click.count == 2:
            self.open(name)

    def paint(self, canvas: Canvas, *, active: bool) -> None:
        canvas.fill(canvas.area, PAPER)
        canvas.fill(Rect(0, 0, canvas.width, TOOLBAR), CHROME)
        canvas.fill(Rect(0, TOOLBAR - 1, canvas.width, 1), LINE)
        up = Rect(8, 7, 28, 28)
        mark_button(canvas, up, "up", "Up", lambda _: self.enter(dirname(self.path)), PAPER)
        canvas.text(Rect(46, 0, canvas.width - 56, TOOLBAR), self.files.shown(self.path))
        with canvas.inside(Rect(0, TOOLBAR, canvas.width, canvas.height - TOOLBAR)) as listing:
            self._paint_rows(listing)

    def _paint_rows(self, canvas: Canvas) -> None:
        names = self.names
        limit = max(0, len(names) * ROW + 16 - canvas.height)
        top = min(self.top, limit)

        def scroll(units: float) -> None:
            self.top = max(0, min(top + units, limit))

        canvas.add_region(canvas.area, click=lambda _: self._select(""), scroll=scroll)
        for number, name in enumerate(names):
            row = Rect(8, 8 + number * ROW - top, canvas.width - 16, ROW)
            if row.bottom > 0 and row.y < canvas.height:
                self._paint_row(canvas, row, name)

    def _paint_row(self, canvas: Canvas, row: Rect, name: str) -> None:
        path = self.files.resolve(name, self.path)
        folder = self.files.is_folder(path)
        size = "" if folder else f"{self.files.size(path):,} bytes"
        if name == self.selected:
            canvas.fill(row, SELECTION, 5)
        canvas.icon("folder" if folder else "file", Rect(row.x + 8, row.y + 6, 22, 22))
        canvas.text(Rect(row.x + 40, row.y, row.width - 160, ROW), name, 14, INK)
        canvas.text(Rect(row.right - 110, row.y, 100, ROW), size, 13, MUTED)
        canvas.add_region(
            row,
            "icon",
            name,
            "selected" if name == self.selected else "",
            click=lambda click: self._click(name, click),
        )
