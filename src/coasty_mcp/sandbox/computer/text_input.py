"""Text that is being edited: a caret, a selection, and the keys that everyone knows."""

import re
from dataclasses import dataclass

MAX_LINE_LENGTH = 2_000
MAX_LENGTH = 100_000

WORD_AHEAD = re.compile(r"\W*\w*")


@dataclass
class Clipboard:
    """The clipboard that all programs of a desktop share."""

    text: str = ""


@dataclass
class TextInput:
    """A text, one line or several, with its caret and selection."""

    text: str = ""
    caret: int = 0
    anchor: int = 0
    """The other end of the selection; at the caret when nothing is selected."""
    multiline: bool = False
    top: int = 0
    """The first line shown when it was last scrolled or clicked."""
    follows_caret: bool = True
    """Whether the caret is kept in sight, as it is until the text is scrolled."""

    @property
    def selection(self) -> tuple[int, int]:
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def selected(self) -> str:
        start, end = self.selection
        return self.text[start:end]

    def set(self, text: str) -> None:
        self.text = text
        self.place(len(text))

    def place(self, caret: int, *, extend: bool = False) -> None:
        self.caret = max(0, min(caret, len(self.text)))
        self.anchor = self.anchor if extend else self.caret
        self.follows_caret = True

    def select(self, start: int, end: int) -> None:
        self.place(start)
        self.place(end, extend=True)

    def select_all(self) -> None:
        self.select(0, len(self.text))

    def select_word(self, at: int) -> None:
        word = next((w for w in re.finditer(r"\w+", self.text) if w.start() <= at <= w.end()), None)
        self.select(*(word.span() if word else (at, at)))

    def insert(self, text: str) -> None:
        """Insert a text in place of what is selected."""
        if not self.multiline:
            text = " ".join(text.splitlines())
        start, end = self.selection
        text = text[
            : (MAX_LENGTH if self.multiline else MAX_LINE_LENGTH) - len(self.text) + end - start
        ]
        self.text = self.text[:start] + text + self.text[end:]
        self.place(start + len(text))

    def press(self, chord: str, clipboard: Clipboard) -> bool:
        """Press keys, and return whether they had an effect."""
        *held, key = chord.split("+")
        goal = self._goal(key, word="ctrl" in held)
        if goal is not None and "alt" not in held:
            self.place(goal, extend="shift" in held)
        elif key in ("backspace", "delete"):
            self._erase("left" if key == "backspace" else "right", word="ctrl" in held)
        elif chord == "enter" and self.multiline:
            self.insert("\n")
        elif chord == "ctrl+a":
            self.select_all()
        elif chord in ("ctrl+c", "ctrl+x"):
            clipboard.text = self.selected or clipboard.text
            if chord == "ctrl+x":
                self.insert("")
        elif chord == "ctrl+v":
            self.insert(clipboard.text)
        else:
            return False
        return True

    def _erase(self, key: str, *, word: bool) -> None:
        if not self.selected:
            self.place(self._goal(key, word=word) or 0, extend=True)
        self.insert("")

    def _goal(self, key: str, *, word: bool) -> int | None:
        """Return where a key takes the caret, by words or by the whole text while ctrl is held."""
        text, caret = self.text, self.caret
        start = text.rfind("\n", 0, caret) + 1
        end = text.find("\n", caret) if "\n" in text[caret:] else len(text)
        match key:
            case "left":
                back = WORD_AHEAD.match(text[:caret][::-1]) if word else None
                return max(0, caret - (back.end() if back else 1))
            case "right":
                ahead = WORD_AHEAD.match(text, caret) if word else None
                return min(len(text), ahead.end() if ahead else caret + 1)
            case "home":
                return 0 if word else start
            case "end":
                return len(text) if word else end
            case "up" if self.multiline:
                above = text.rfind("\n", 0, max(0, start - 1)) + 1
                return min(above + caret - start, start - 1) if start else 0
            case "down" if self.multiline:
                below = text.find("\n", end + 1) if "\n" in text[end + 1 :] else len(text)
                return min(end + 1 + caret - start, below)
            case _:
                return None
