"""The web browser: tabs, an address bar, back and forward."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..drawing.canvas import Canvas
from ..drawing.rect import Rect
from ..drawing.theme import CHROME, LINE, MUTED, PAPER, TAB_IDLE, TAB_ROW
from ..drawing.widgets import field as text_field
from ..drawing.widgets import mark_button
from ..text_input import Clipboard, TextInput
from . import site
from .page import Node, Page, Visit
from .page_view import paint_page

TAB_STRIP = 34
TOOLBAR = 40
WIDEST_TAB = 200


@dataclass(eq=False)
class Tab:
    """A tab with its pages, for back and forward."""

    tab_id: str
    pages: list[Page] = field(default_factory=list[Page])
    at: int = -1

    @property
    def page(self) -> Page:
        return self.pages[self.at]

    def show(self, page: Page) -> None:
        """Show a page and forget those that `forward` would have led to."""
        self.pages = [*self.pages[: self.at + 1], page]
        self.at = len(self.pages) - 1

    def move(self, step: int) -> None:
        self.at = max(0, min(self.at + step, len(self.pages) - 1))


class Browser:
    """The browser's state and its keys; `paint` draws it."""

    name = "Browser"

    def __init__(self, clipboard: Clipboard) -> None:
        self.clipboard = clipboard
        self.tabs: list[Tab] = []
        self.address = TextInput()
        self.address_focused = False
        self._opened = 0
        self.open_tab(site.HOME)

    @property
    def title(self) -> str:
        return f"{self.page.title} - Browser" if self.tabs else "Browser"

    @property
    def finished(self) -> bool:
        return not self.tabs

    @property
    def page(self) -> Page:
        return self.tab.page

    def open_tab(self, address: str) -> None:
        self._opened += 1
        self.tab = Tab(f"tab_{self._opened}")
        self.tabs.append(self.tab)
        self.go(address)

    def close_tab(self, tab: Tab) -> None:
        at = self.tabs.index(tab)
        self.tabs.remove(tab)
        if self.tabs and tab is self.tab:
            self.switch_to(self.tabs[max(0, at - 1)])

    def switch_to(self, tab: Tab) -> None:
        self.tab = tab
        self._show_address()

    def go(self, address: str, form: Mapping[str, str] | None = None) -> None:
        self.tab.show(site.load(address, form or {}))
        self._show_address()

    def use(self, node: Node, option: str = "") -> None:
        """Click a part of the page."""
        self.address_focused = False
        self._follow(self.page.use(node, option))

    def type(self, text: str) -> None:
        if self.address_focused:
            self.address.insert(text)
        else:
            self._follow(self.page.type(text))

    def press(self, chord: str) -> bool:
        shortcut = self._shortcuts().get(chord)
        if shortcut:
            shortcut()
            return True
        if self.address_focused:
            return self._press_in_address(chord)
        answer = self.page.press(chord, self.clipboard)
        if isinstance(answer, Visit):
            self._follow(answer)
        return bool(answer)

    def _shortcuts(self) -> dict[str, Callable[[], object]]:
        return {
            "ctrl+l": self._focus_address,
            "alt+d": self._focus_address,
            "f6": self._focus_address,
            "ctrl+t": lambda: self.open_tab(site.HOME),
            "ctrl+w": lambda: self.close_tab(self.tab),
            "ctrl+tab": lambda: self._next_tab(1),
            "ctrl+shift+tab": lambda: self._next_tab(-1),
            "alt+left": lambda: self._turn(-1),
            "alt+right": lambda: self._turn(1),
            "ctrl+r": self._reload,
            "f5": self._reload,
        }

    def _press_in_address(self, chord: str) -> bool:
        if chord == "enter":
            self.go(self.address.text)
        elif chord in ("escape", "tab"):
            self._show_address()
        else:
            return self.address.press(chord, self.clipboard)
        return True

    def _follow(self, visit: Visit | None) -> None:
        if visit:
            self.go(visit.url, visit.form)

    def _focus_address(self) -> None:
        if not self.address_focused:
            self.address.select_all()
        self.address_focused = True
        self.page.focus_on(None)

    def _show_address(self) -> None:
        self.address.set(self.page.url)
        self.address_focused = False

    def _next_tab(self, step: int) -> None:
        self.switch_to(self.tabs[(self.tabs.index(self.tab) + step) % len(self.tabs)])

    def _turn(self, step: int) -> None:
        self.tab.move(step)
        self._show_address()

    def _reload(self) -> None:
        self.tab.pages[self.tab.at] = site.load(self.page.url, {})
        self._show_address()

    def paint(self, canvas: Canvas, *, active: bool) -> None:
        canvas.fill(Rect(0, 0, canvas.width, TAB_STRIP), TAB_ROW)
        canvas.fill(Rect(0, TAB_STRIP, canvas.width, TOOLBAR), CHROME)
        self._paint_tabs(canvas)
        self._paint_toolbar(canvas, active=active)
        chrome = TAB_STRIP + TOOLBAR
        canvas.fill(Rect(0, chrome - 1, canvas.width, 1), LINE)
        with canvas.inside(Rect(0, chrome, canvas.width, canvas.height - chrome)) as view:
            paint_page(view, self.page, self.use, active=active and not self.address_focused)

    def _paint_tabs(self, canvas: Canvas) -> None:
        width = min(WIDEST_TAB, (canvas.width - 40) / len(self.tabs))
        for number, tab in enumerate(self.tabs):
            rect = Rect(6 + number * width, 4, width - 4, TAB_STRIP - 4)
            current = tab is self.tab
            canvas.fill(rect, CHROME if current else TAB_IDLE, 6)
            title = tab.page.title
            canvas.text(Rect(rect.x + 10, rect.y, rect.width - 38, rect.height), title, 13)
            value = "on" if current else "off"
            canvas.add_region(
                rect, "tab", title, value, click=lambda _, tab=tab: self.switch_to(tab)
            )
            cross = Rect(rect.right - 25, rect.y + 5, 20, 20)
            mark_button(canvas, cross, "close", "Close tab", lambda _, tab=tab: self.close_tab(tab))
        plus = Rect(8 + len(self.tabs) * width, 7, 24, 24)
        mark_button(canvas, plus, "plus", "New tab", lambda _: self.open_tab(site.HOME))

    def _paint_toolbar(self, canvas: Canvas, *, active: bool) -> None:
        y = TAB_STRIP + 6
        back, forward = Rect(8, y, 28, 28), Rect(38, y, 28, 28)
        mark_button(canvas, back, "back", "Back", lambda _: self._turn(-1), PAPER)
        mark_button(canvas, forward, "forward", "Forward", lambda _: self._turn(1), PAPER)
        bar = Rect(76, y, canvas.width - 88, 28)
        focused = active and self.address_focused
        text_field(canvas, bar, self.address, "Address", self._focus_address, focused=focused)
        if not self.address.text:
            canvas.text(bar.inset(10, 0), "Search or enter an address", 14, MUTED)
