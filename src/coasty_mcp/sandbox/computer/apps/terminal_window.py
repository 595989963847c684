"""The terminal window: a shell with a command line that can be edited."""

from ..drawing import glyph_painter, text_layout
from ..drawing.canvas import Canvas
from ..drawing.rect import Rect
from ..drawing.theme import PROMPT, TERMINAL, TERMINAL_INK
from ..shell.shell import Shell
from ..text_input import Clipboard, TextInput

SIZE = 14
LINE = SIZE * glyph_painter.LINE
PADDING = 10


class Terminal:
    """A terminal window with its own shell session."""

    name = "Terminal"

    def __init__(self, shell: Shell, clipboard: Clipboard) -> None:
        self.shell = shell
        self.clipboard = clipboard
        self.text_input = TextInput()
        self.typed: list[str] = []
        self.recalled = 0
        self.scrolled = 0
        """How many lines it is scrolled up from the newest."""

    @property
    def title(self) -> str:
        return "Terminal"

    @property
    def finished(self) -> bool:
        return self.shell.ended

    def type(self, text: str) -> None:
        self.scrolled = 0
        self.text_input.insert(text)

    def press(self, chord: str) -> bool:
        self.scrolled = 0
        match chord:
            case "enter":
                self._run()
            case "up" | "down":
                self._recall(-1 if chord == "up" else 1)
            case "ctrl+c":
                self.shell.transcript += f"{self.shell.prompt}{self.text_input.text}^C\n"
                self.text_input.set("")
            case "ctrl+l":
                self.shell.transcript = ""
            case "ctrl+d" if not self.text_input.text:
                self.shell.run("exit")
            case "ctrl+shift+v":
                self.text_input.insert(self.clipboard.text)
            case _:
                return self.text_input.press(chord, self.clipboard)
        return True

    def _run(self) -> None:
        line = self.text_input.text
        self.shell.run(line)
        if line.strip():
            self.typed.append(line)
        self.recalled = len(self.typed)
        self.text_input.set("")

    def _recall(self, step: int) -> None:
        self.recalled = max(0, min(self.recalled + step, len(self.typed)))
        self.text_input.set([*self.typed, ""][self.recalled])

    def paint(self, canvas: Canvas, *, active: bool) -> None:
        canvas.fill(canvas.area, TERMINAL)
        text = f"{self.shell.transcript}{self.shell.prompt}{self.text_input.text}"
        spans = text_layout.wrap(text, canvas.width - 2 * PADDING, SIZE, "mono")
        rows = int((canvas.height - 2 * PADDING) / LINE)
        most = max(0, len(spans) - rows)
        first = max(0, most - self.scrolled)
        caret = len(text) - len(self.text_input.text) + self.text_input.caret
        caret_row = text_layout.line_of(caret, spans) - first
        for row, (start, end) in enumerate(spans[first : first + rows]):
            line = Rect(PADDING, PADDING + row * LINE, canvas.width, LINE)
            self._paint_line(canvas, line, text[start:end])
            if row == caret_row:
                x = PADDING + (caret - start) * SIZE * text_layout.MONO_ADVANCE
                block = Rect(x, line.y + 2, 8, LINE - 4)
                canvas.fill(block, TERMINAL_INK, opacity=0.7 if active else 0.3)
        canvas.add_region(
            canvas.area,
            "field",
            "Command line",
            self.text_input.text,
            focused=active,
            scroll=lambda units: self._scroll(units, most),
        )

    def _paint_line(self, canvas: Canvas, line: Rect, text: str) -> None:
        canvas.text(line, text, SIZE, TERMINAL_INK, "mono")
        mark = "> " if self.shell.files.windows else "$ "
        start = "PS " if self.shell.files.windows else "user@"
        if text.startswith(start) and mark in text:
            canvas.text(line, text[: text.index(mark) + 1], SIZE, PROMPT, "mono")

    def _scroll(self, units: float, most: int) -> None:
        self.scrolled = max(0, min(self.scrolled - round(units / LINE), most))
