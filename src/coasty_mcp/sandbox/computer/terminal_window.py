"""The terminal window: a shell behind a prompt."""

from . import text_rendering as lettering
from .canvas import Canvas
from .rect import Rect
from .shell import Shell
from .text_input import Clipboard, Entry
from .theme import PROMPT, TERMINAL, TERMINAL_INK

SIZE = 14
LINE = SIZE * lettering.LINE
PADDING = 10


class Terminal:
    name = "Terminal"

    def __init__(self, shell: Shell, clipboard: Clipboard) -> None:
        self.shell = shell
        self.clipboard = clipboard
        self.entry = Entry()
        self.typed: list[str] = []
        self.recalled = 0
        self.scrolled = 0
        """Lines above the newest."""

    @property
    def title(self) -> str:
        return "Terminal"

    @property
    def finished(self) -> bool:
        return self.shell.ended

    def type(self, text: str) -> None:
        self.scrolled = 0
        self.entry.insert(text)

    def press(self, chord: str) -> bool:
        self.scrolled = 0
        match chord:
            case "enter":
                self._run()
            case "up" | "down":
                self._recall(-1 if chord == "up" else 1)
            case "ctrl+c":
                self.shell.transcript += f"{self.shell.prompt}{self.entry.text}^C\n"
                self.entry.set("")
            case "ctrl+l":
                self.shell.transcript = ""
            case "ctrl+d" if not self.entry.text:
                self.shell.run("exit")
            case "ctrl+shift+v":
                self.entry.insert(self.clipboard.text)
            case _:
                return self.entry.press(chord, self.clipboard)
        return True

    def _run(self) -> None:
        line = self.entry.text
        self.shell.run(line)
        if line.strip():
            self.typed.append(line)
        self.recalled = len(self.typed)
        self.entry.set("")

    def _recall(self, step: int) -> None:
        self.recalled = max(0, min(self.recalled + step, len(self.typed)))
        self.entry.set([*self.typed, ""][self.recalled])

    def paint(self, canvas: Canvas, *, active: bool) -> None:
        canvas.fill(canvas.area, TERMINAL)
        text = f"{self.shell.transcript}{self.shell.prompt}{self.entry.text}"
        spans = lettering.wrap(text, canvas.width - 2 * PADDING, SIZE, "mono")
        rows = int((canvas.height - 2 * PADDING) / LINE)
        most = max(0, len(spans) - rows)
        first = max(0, most - self.scrolled)
        caret = len(text) - len(self.entry.text) + self.entry.caret
        caret_row = lettering.line_of(caret, spans) - first
        for row, (start, end) in enumerate(spans[first : first + rows]):
            line = Rect(PADDING, PADDING + row * LINE, canvas.width, LINE)
            self._paint_line(canvas, line, text[start:end])
            if row == caret_row:
                x = PADDING + (caret - start) * SIZE * lettering.MONO_ADVANCE
                block = Rect(x, line.y + 2, 8, LINE - 4)
                canvas.fill(block, TERMINAL_INK, opacity=0.7 if active else 0.3)
        canvas.spot(
            canvas.area,
            "field",
            "Command line",
            self.entry.text,
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
