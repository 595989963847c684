"""The desktop: icons, windows, and the panel below them."""

from collections.abc import Callable
from typing import Literal

from PIL import Image

from .apps.editor import Editor
from .apps.file_manager import FileManager
from .apps.terminal_window import Terminal
from .context_menu import ContextMenu
from .drawing.canvas import Canvas, Click
from .drawing.rect import SCREEN_HEIGHT, Rect
from .drawing.theme import INK, PANEL, PANEL_ACTIVE, PANEL_BUTTON, PAPER, RING
from .file_system import FileSystem
from .shell.shell import Shell
from .text_input import Clipboard
from .web.browser import Browser
from .windows import App, Window, Windows

AppName = Literal["Browser", "Files", "Text Editor", "Terminal"]
ICONS: tuple[AppName, ...] = ("Browser", "Files", "Text Editor", "Terminal")

PANEL_HEIGHT = 40
ICON = Rect(18, 20, 92, 88)
WIDEST_TASK = 190


class Desktop:
    """The state of the desktop: its windows, clipboard, pointer and selected icon."""

    def __init__(self, width: float, files: FileSystem) -> None:
        self.area = Rect(0, 0, width, SCREEN_HEIGHT)
        self.windows = Windows(self.area._replace(height=SCREEN_HEIGHT - PANEL_HEIGHT))
        self.files = files
        self.clipboard = Clipboard()
        self.selected: AppName | None = None
        self.pointer = self.area.middle
        self.menu: ContextMenu | None = None

    @property
    def browser(self) -> Browser | None:
        """The browser that is open, if any."""
        window = self.windows.find_running("Browser")
        return window.app if window and isinstance(window.app, Browser) else None

    def launch(self, name: AppName) -> Window:
        """Bring the program to the front, started if need be, and return its window."""
        window = self.windows.find_running(name)
        if window is None:
            return self._open(self._started(name))
        self.windows.bring_to_front(window)
        return window

    def edit(self, path: str) -> None:
        """Open a file in the text editor, or show the window that has it open."""
        for window in self.windows.stack:
            if isinstance(window.app, Editor) and window.app.path == path:
                self.windows.bring_to_front(window)
                return
        self._open(Editor(self.files, self.clipboard, path))

    def _started(self, name: AppName) -> App:
        match name:
            case "Browser":
                return Browser(self.clipboard)
            case "Files":
                return FileManager(self.files, self.edit)
            case "Text Editor":
                return Editor(self.files, self.clipboard)
            case "Terminal":
                return Terminal(Shell(self.files), self.clipboard)

    def _open(self, app: App) -> Window:
        share = 0.8 if isinstance(app, Browser) else 0.6
        width, height = self.area.width * share, self.area.height * share
        return self.windows.open(app, round(width), round(height))

    def paint(self, scale: float, image: Image.Image | None = None) -> Canvas:
        """Paint over the wallpaper, which is on the image already, and return the hit regions."""
        canvas = Canvas(self.area.width, self.area.height, scale, self.area, image)
        self._paint(canvas)
        return canvas

    def _paint(self, canvas: Canvas) -> None:
        canvas.add_region(canvas.area, click=lambda _: self._select(None))
        for number, name in enumerate(ICONS):
            self._paint_icon(canvas, ICON.moved(0, number * ICON.height), name)
        self.windows.paint(canvas)
        with canvas.inside(
            self.area._replace(y=self.windows.work_area.bottom, height=PANEL_HEIGHT)
        ) as panel:
            self._paint_panel(panel)
        if self.menu:
            self.menu.paint(canvas)
        x, y = self.pointer
        canvas.icon("pointer", Rect(x - 1, y - 1, 18, 18))

    def press(self, chord: str) -> None:
        """Press keys while no window has the keyboard."""
        if chord == "enter" and self.selected:
            self.launch(self.selected)

    def _select(self, name: AppName | None) -> None:
        self.selected = name

    def _click_icon(self, name: AppName, click: Click) -> None:
        self._select(name)
        if click.count == 2:
            self.launch(name)

    def _paint_icon(self, canvas: Canvas, rect: Rect, name: AppName) -> None:
        chosen = name == self.selected
        if chosen:
            canvas.fill(rect.inset(2, 2), PAPER, 8, opacity=0.25)
        canvas.icon(name, Rect(rect.x + rect.width / 2 - 22, rect.y + 10, 44, 44))
        label = Rect(rect.x + 2, rect.y + 58, rect.width - 4, 22)
        canvas.text(label.moved(0, 1), name, 13, INK, "bold", "center")
        canvas.text(label, name, 13, PAPER, "bold", "center")
        value = "selected" if chosen else ""
        canvas.add_region(
            rect, "icon", name, value, click=lambda click: self._click_icon(name, click)
        )

    def _paint_panel(self, canvas: Canvas) -> None:
        canvas.fill(canvas.area, PANEL)
        canvas.add_region(canvas.area, opaque=True)
        clock = Rect(canvas.width - 76, 0, 64, canvas.height)
        time = f"{self.files.clock.now():%H:%M}"
        canvas.text(clock, time, 14, PAPER, "bold", "center")
        canvas.add_region(clock, "text", "Clock", time)
        tasks = sorted(self.windows.stack, key=lambda window: int(window.window_id[4:]))
        wide = min(WIDEST_TASK, (clock.x - 20) / max(1, len(tasks)))
        for number, window in enumerate(tasks):
            self._paint_task(canvas, Rect(10 + number * wide, 5, wide - 8, 30), window)

    def _paint_task(self, canvas: Canvas, rect: Rect, window: Window) -> None:
        active = window is self.windows.active
        canvas.fill(rect, PANEL_ACTIVE if active else PANEL_BUTTON, 5)
        canvas.text(rect.inset(12, 0), window.app.title, 13, PAPER)
        if active:
            canvas.fill(Rect(rect.x + 6, rect.bottom - 2, rect.width - 12, 2), RING)
        act: Callable[[Window], None] = (
            self.windows.minimize if active else self.windows.bring_to_front
        )
        canvas.add_region(rect, "button", window.app.title, click=lambda _: act(window))
