"""Windows: their frames, their order, and how they are painted."""

from dataclasses import dataclass, field
from typing import Protocol

from .command_error import CommandError
from .drawing.canvas import Canvas, Click
from .drawing.rect import Rect
from .drawing.theme import CHROME, CHROME_IDLE, FRAME, INK, LINE, MUTED, PAPER, SHADOW
from .drawing.widgets import mark_button
from .window_names import WindowName, window_named

TITLE_BAR = 32
SMALLEST = (240, 160)


class App(Protocol):
    """A program that runs in a window."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def finished(self) -> bool: ...

    def type(self, text: str) -> None: ...

    def press(self, chord: str) -> bool: ...

    def paint(self, canvas: Canvas, *, active: bool) -> None: ...


@dataclass(eq=False)
class Window:
    """A window: its program, and where it is."""

    window_id: str
    app: App
    frame: Rect
    minimized: bool = False
    normal_frame: Rect | None = None
    """The frame that it is restored to, only while it is maximized."""

    @property
    def maximized(self) -> bool:
        return self.normal_frame is not None


@dataclass
class Windows:
    """All windows of a desktop, in their order from back to front."""

    work_area: Rect
    """The screen without its panel, in which windows may be."""
    stack: list[Window] = field(default_factory=list[Window])
    """The windows, the frontmost last."""
    opened: int = 0

    @property
    def active(self) -> Window | None:
        """The frontmost window that is not minimized; it has the keyboard."""
        return next((w for w in reversed(self.stack) if not w.minimized), None)

    def open(self, app: App, width: float, height: float) -> Window:
        """Open a window in the middle, a little lower for each one that is open already."""
        self.opened += 1
        shift = 26 * (len(self.stack) % 5)
        x = self.work_area.x + (self.work_area.width - width) / 2 + shift
        y = self.work_area.y + (self.work_area.height - height) / 2 + shift
        frame = Rect(round(x), round(min(y, self.work_area.bottom - height)), width, height)
        window = Window(f"win_{self.opened}", app, frame)
        self.stack.append(window)
        return window

    def find_running(self, name: str) -> Window | None:
        return next((w for w in reversed(self.stack) if w.app.name == name), None)

    def find(self, wanted: str, *, closing: bool = False) -> Window:
        """Return a window by its id or its title; a part of that, unless it is to be closed.

        Raises:
            CommandError: there is none, or there are several.
        """
        front_first = self.stack[::-1]
        names = [WindowName(each.window_id, each.app.title) for each in front_first]
        return front_first[window_named(wanted, names, closing=closing)]

    def bring_to_front(self, window: Window) -> None:
        window.minimized = False
        self.stack.remove(window)
        self.stack.append(window)

    def cycle(self) -> None:
        """Bring the window to the front that was there before."""
        seen = [window for window in self.stack if not window.minimized]
        if len(seen) > 1:
            self.bring_to_front(seen[-2])

    def minimize(self, window: Window) -> None:
        window.minimized = True

    def maximize(self, window: Window) -> None:
        window.normal_frame = window.normal_frame or window.frame
        window.frame = self.work_area
        self.bring_to_front(window)

    def restore(self, window: Window) -> None:
        window.frame = window.normal_frame or window.frame
        window.normal_frame = None
        self.bring_to_front(window)

    def toggle(self, window: Window) -> None:
        if window.maximized:
            self.restore(window)
        else:
            self.maximize(window)

    def close(self, window: Window) -> None:
        self.stack.remove(window)

    def close_finished(self) -> None:
        """Close the windows whose applications have ended."""
        self.stack = [window for window in self.stack if not window.app.finished]

    def place(self, window: Window, frame: Rect) -> None:
        """Give a window a frame, changed so that its title bar stays within reach."""
        width, height = max(SMALLEST[0], frame.width), max(SMALLEST[1], frame.height)
        x = max(self.work_area.x - width + 120, min(frame.x, self.work_area.right - 120))
        y = max(self.work_area.y, min(frame.y, self.work_area.bottom - TITLE_BAR))
        window.frame, window.normal_frame = Rect(x, y, width, height), None

    def arrange(self, layout: str) -> None:
        seen = [window for window in self.stack if not window.minimized]
        work_area, count = self.work_area, max(1, len(seen))
        for number, window in enumerate(seen):
            match layout:
                case "tile" | "grid" | "side_by_side" | "horizontal":
                    width = work_area.width / count
                    frame = Rect(work_area.x + number * width, work_area.y, width, work_area.height)
                case "stack" | "vertical":
                    height = work_area.height / count
                    frame = Rect(
                        work_area.x, work_area.y + number * height, work_area.width, height
                    )
                case "cascade":
                    frame = Rect(0, 0, work_area.width * 0.6, work_area.height * 0.6)
                    frame = frame.moved(
                        work_area.x + 40 + 32 * number, work_area.y + 30 + 32 * number
                    )
                case _:
                    raise CommandError(f"There is no layout {layout}: tile, stack or cascade.")
            self.place(window, frame)

    def paint(self, canvas: Canvas) -> None:
        active = self.active
        for window in self.stack:
            if not window.minimized:
                self._paint_window(canvas, window, active=window is active)

    def _paint_window(self, screen: Canvas, window: Window, *, active: bool) -> None:
        frame = window.frame
        for spread in range(1, 7 if active else 4):
            screen.outline(frame.inset(-spread, -spread), SHADOW, 6 + spread)
        with screen.inside(frame) as canvas:
            canvas.window_id, canvas.window = window.window_id, window.app.title
            canvas.add_region(canvas.area, "window", window.app.title, focused=active, opaque=True)
            self._paint_title_bar(canvas, window, active=active)
            inner = Rect(0, TITLE_BAR, canvas.width, canvas.height - TITLE_BAR)
            with canvas.inside(inner) as content:
                window.app.paint(content, active=active)
        screen.outline(frame, FRAME)

    def _paint_title_bar(self, canvas: Canvas, window: Window, *, active: bool) -> None:
        bar = Rect(0, 0, canvas.width, TITLE_BAR)
        canvas.fill(bar, PAPER if active else CHROME_IDLE)
        canvas.fill(Rect(0, TITLE_BAR - 1, canvas.width, 1), LINE)
        ink = INK if active else MUTED
        title = Rect(14, 0, canvas.width - 130, TITLE_BAR)
        canvas.text(title, window.app.title, 14, ink, "bold")

        def press(click: Click) -> None:
            if click.count == 2:
                self.toggle(window)

        def drag(start: Click, end: Click) -> None:
            frame = window.normal_frame or window.frame
            self.place(window, frame.moved(end.x - start.x, end.y - start.y))

        canvas.add_region(bar, click=press, drag=drag)
        left = Rect(canvas.width - 100, 4, 26, 24)
        middle, right = left.moved(32, 0), left.moved(64, 0)
        mark_button(canvas, left, "minimize", "Minimize", lambda _: self.minimize(window), CHROME)
        if window.maximized:
            mark_button(
                canvas, middle, "restore", "Restore", lambda _: self.restore(window), CHROME
            )
        else:
            mark_button(
                canvas, middle, "maximize", "Maximize", lambda _: self.maximize(window), CHROME
            )
        mark_button(canvas, right, "close", "Close", lambda _: self.close(window), CHROME)
