"""Painting a text input in a box: its lines, selection and caret."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..text_input import TextInput
from . import glyph_painter, text_layout
from .canvas import Canvas, Click
from .rect import Rect
from .text_layout import Face, Span
from .theme import ACCENT, INK, SELECTION

STAR = "*"


@dataclass(frozen=True)
class TextInputView:
    """Lays out a text input, paints it, and finds the letter at a point."""

    text_input: TextInput
    width: float
    height: float
    size: float = 14
    face: Face = "plain"
    hidden: bool = False
    """Whether stars are shown instead of letters, for passwords."""

    @property
    def line_height(self) -> float:
        return self.size * glyph_painter.LINE

    @property
    def shown(self) -> str:
        return STAR * len(self.text_input.text) if self.hidden else self.text_input.text

    @property
    def spans(self) -> tuple[Span, ...]:
        if not self.text_input.multiline:
            return ((0, len(self.text_input.text)),)
        return text_layout.wrap(self.shown, self.width - 4, self.size, self.face)

    @property
    def top(self) -> int:
        """The first line in sight."""
        top = self.text_input.top
        if self.text_input.follows_caret:
            line = text_layout.line_of(self.text_input.caret, self.spans)
            top = min(max(top, line - self._rows + 1), line)
        return min(top, self.lowest_top)

    @property
    def lowest_top(self) -> int:
        """The value of `top` when the last line is in sight."""
        return max(0, len(self.spans) - self._rows)

    @property
    def _rows(self) -> int:
        return max(1, int(self.height / self.line_height))

    @property
    def shift(self) -> float:
        """How many units a single line is moved to the left to keep the caret in sight."""
        before = 0 if self.text_input.multiline else self._width(0, self.text_input.caret)
        return max(0, before - self.width + 4)

    def paint(self, canvas: Canvas, rect: Rect, *, active: bool, colour: str = INK) -> None:
        with canvas.inside(rect) as box:
            for y, start, end in self._lines():
                if active:
                    self._paint_selection(box, y, start, end)
                line = Rect(-self.shift, y, 1e6, self.line_height)
                box.text(line, self.shown[start:end], self.size, colour, self.face)
            if active:
                self._paint_caret(box)

    def press(self, click: Click) -> None:
        """Put the caret there; a second click selects the word, a third everything."""
        at = self._hold(click)
        if click.count == 1:
            self.text_input.place(at, extend="shift" in click.modifiers)
        elif click.count == 2:
            self.text_input.select_word(at)
        else:
            self.text_input.select_all()

    def drag(self, start: Click, end: Click) -> None:
        self.text_input.select(self._hold(start), self.offset(end))

    def _hold(self, click: Click) -> int:
        """Return the position at a point, and keep showing the lines that are shown."""
        self.text_input.top = self.top
        return self.offset(click)

    def offset(self, click: Click) -> int:
        """Return the position between two letters that is nearest to a point in the box."""
        spans = self.spans
        row = self.top + int(click.y // self.line_height)
        start, end = spans[max(0, min(row, len(spans) - 1))]
        x = click.x + self.shift
        return start + text_layout.reach(self.shown[start:end], x, self.size, self.face, part=0.5)

    def _lines(self) -> Iterator[tuple[float, int, int]]:
        """Yield each line in sight: its y, and where it starts and ends."""
        rows = int(self.height / self.line_height) + 1
        top = self.top
        for row, (start, end) in enumerate(self.spans[top : top + rows]):
            yield self._first_y + row * self.line_height, start, end

    @property
    def _first_y(self) -> float:
        return 0 if self.text_input.multiline else (self.height - self.line_height) / 2

    def _width(self, start: int, end: int) -> float:
        return text_layout.width(self.shown[start:end], self.size, self.face)

    def _paint_selection(self, box: Canvas, y: float, start: int, end: int) -> None:
        first, last = self.text_input.selection
        first, last = max(first, start), min(last, end)
        if first < last:
            x = self._width(start, first) - self.shift
            box.fill(Rect(x, y, self._width(first, last), self.line_height), SELECTION)

    def _paint_caret(self, box: Canvas) -> None:
        spans = self.spans
        row = text_layout.line_of(self.text_input.caret, spans)
        x = self._width(spans[row][0], self.text_input.caret) - self.shift
        y = self._first_y + (row - self.top) * self.line_height
        box.fill(Rect(x, y + 1, 1.5, self.line_height - 2), ACCENT)
