"""Prints the demo: in colours on a terminal, as plain text into a pipe."""

from textwrap import TextWrapper

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.status import Status
from rich.theme import Theme

MIN_WIDTH, MAX_WIDTH = 40, 100
TIME_WIDTH = 9
"""Columns for milliseconds at the end of a line."""
INDENT = "   "
QUOTE_PREFIX = f"{INDENT}| "
COLOURS = Theme({"tool": "cyan", "picture": "magenta", "time": "green", "bar": "dim"})


class DemoHighlighter(RegexHighlighter):
    """Colours tool names, files, times and quotations."""

    highlights = (
        r"(?P<tool>\bcoasty_\w+|\btools/list\b)",
        r"(?P<picture>[\w-]+/\w+\.jpg)",
        r"(?P<time> \d+ ms$)",
        r"(?P<bar>^ +\| .*)",
    )


class Narrator:
    """Prints titles, numbered steps, lines with times, and quotations, wrapped to the width."""

    def __init__(self) -> None:
        self._console = Console(
            highlighter=DemoHighlighter(), theme=COLOURS, markup=False, emoji=False
        )
        self._width = max(MIN_WIDTH, min(self._console.width, MAX_WIDTH))
        self._steps = 0

    def title(self, text: str) -> None:
        self._console.print(text, style="bold")

    def paragraph(self, text: str) -> None:
        self._print(["", *self._wrapped(text)])

    def step(self, title: str) -> None:
        self._steps += 1
        self.title(f"\n{self._steps}. {title}")

    def line(self, text: str, seconds: float | None = None) -> None:
        """Print one thing that happened, and how long it took."""
        width = self._width if seconds is None else self._width - TIME_WIDTH
        first, *rest = self._wrapped(text, INDENT, f"{INDENT}  ", width)
        if seconds is not None:
            first = first.ljust(width) + f"{1000 * seconds:.0f} ms".rjust(TIME_WIDTH)
        self._print([first, *rest])

    def quote(self, text: str) -> None:
        """Print what somebody else says, line by line."""
        for line in text.splitlines():
            self._print(self._wrapped(line, QUOTE_PREFIX, QUOTE_PREFIX))

    def code(self, value: object) -> None:
        """Print JSON that can be copied."""
        self._console.print_json(data=value)

    def waiting(self, why: str) -> Status:
        """Return a spinner for the terminal while something is still going on."""
        return self._console.status(why)

    def _wrapped(
        self, text: str, first: str = "", others: str = "", width: int | None = None
    ) -> list[str]:
        wrapper = TextWrapper(
            width or self._width,
            initial_indent=first,
            subsequent_indent=others,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return wrapper.wrap(text)

    def _print(self, lines: list[str]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=True)
