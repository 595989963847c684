"""The text editor: one file, saved with ctrl+s."""

from posixpath import basename

from ..drawing.canvas import Canvas
from ..drawing.rect import Rect
from ..drawing.text_input_view import TextInputView
from ..drawing.theme import CHROME, LINE, MUTED, PAPER
from ..drawing.widgets import button
from ..file_system import FileSystem, readable
from ..text_input import Clipboard, TextInput

TOOLBAR = 44
STATUS = 26
SIZE = 14
SAVED_AS = "Documents/untitled.txt"


class Editor:
    """A text editor with one file open."""

    name = "Text Editor"
    finished = False

    def __init__(self, files: FileSystem, clipboard: Clipboard, path: str = "") -> None:
        self.files = files
        self.clipboard = clipboard
        self.path = path
        self.saved = readable(files.read(path)) if path else ""
        self.text_input = TextInput(self.saved, multiline=True)

    @property
    def title(self) -> str:
        changed = "*" if self.text_input.text != self.saved else ""
        return f"{changed}{basename(self.path) or 'Untitled'} - Text Editor"

    def save(self) -> None:
        self.path = self.path or self.files.resolve(SAVED_AS)
        self.files.write(self.path, self.text_input.text)
        self.saved = self.text_input.text

    def type(self, text: str) -> None:
        self.text_input.insert(text)

    def press(self, chord: str) -> bool:
        if chord == "ctrl+s":
            self.save()
        elif chord == "tab":
            self.text_input.insert("    ")
        else:
            return self.text_input.press(chord, self.clipboard)
        return True

    def paint(self, canvas: Canvas, *, active: bool) -> None:
        canvas.fill(canvas.area, PAPER)
        canvas.fill(Rect(0, 0, canvas.width, TOOLBAR), CHROME)
        canvas.fill(Rect(0, TOOLBAR - 1, canvas.width, 1), LINE)
        button(canvas, Rect(10, 7, 76, 30), "Save", lambda _: self.save())
        self._paint_text(canvas, active=active)
        self._paint_status(canvas)

    def _paint_text(self, canvas: Canvas, *, active: bool) -> None:
        room = Rect(0, TOOLBAR, canvas.width, canvas.height - TOOLBAR - STATUS)
        with canvas.inside(room.inset(12, 8)) as sheet:
            view = TextInputView(self.text_input, sheet.width, sheet.height, SIZE, "mono")
            view.paint(sheet, sheet.area, active=active)
            sheet.add_region(
                sheet.area,
                "field",
                "Document",
                self.text_input.text,
                focused=active,
                click=view.press,
                drag=view.drag,
                scroll=lambda units: self._scroll(view, units),
            )

    def _scroll(self, view: TextInputView, units: float) -> None:
        lines = round(units / view.line_height)
        self.text_input.top = max(0, min(view.top + lines, view.lowest_top))
        self.text_input.follows_caret = False

    def _paint_status(self, canvas: Canvas) -> None:
        bar = Rect(0, canvas.height - STATUS, canvas.width, STATUS)
        canvas.fill(bar, CHROME)
        before = self.text_input.text[: self.text_input.caret]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        where = self.files.shown(self.path) if self.path else "Not saved yet"
        canvas.text(bar.inset(12, 0), f"{where}    Line {line}, column {column}", 12, MUTED)
