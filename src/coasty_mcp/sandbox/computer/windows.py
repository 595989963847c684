"""Windows and how they lie on each other."""

from dataclasses import dataclass, field
from typing import Protocol

from .canvas import Canvas, Click
from .rect import Rect
from .refused import Refused
from .theme import CHROME, CHROME_IDLE, FRAME, INK, LINE, MUTED, PAPER, SHADOW
from .widgets import mark_button

TITLE_BAR = 32
SMALLEST = (240, 160)


class App(Protocol):
    """What runs in a window."""

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
    window_id: str
    app: App
    frame: Rect
    minimized: bool = False
    normal_frame: Rect | None = None
    """Where it goes back to; only while it is maximized."""

    @property
    def maximized(self) -> bool:
        return self.normal_frame is not None


@dataclass
class Windows:
    room: Rect
    """Where windows may be: the screen without its panel."""
    stack: list[Window] = field(default_factory=list[Window])
    """The frontmost last."""
    opened: int = 0

    @property
    def active(self) -> Window | None:
        """The frontmost that can be seen has the keyboard."""
        return next((w for w in reversed(self.stack) if not w.minimized), None)

    def open(self, app: App, width: float, height: float) -> Window:
        """In the middle, a little lower for each one that is open already."""
        self.opened += 1
        shift = 26 * (len(self.stack) % 5)
        x = self.room.x + (self.room.width - width) / 2 + shift
        y = self.room.y + (self.room.height - height) / 2 + shift
        frame = Rect(round(x), round(min(y, self.room.bottom - height)), width, height)
        window = Window(f"win_{self.opened}", app, frame)
        self.stack.append(window)
        return window

    def running(self, name: str) -> Window | None:
        return next((w for w in reversed(self.stack) if w.app.name == name), None)

    def find(self, wanted: str) -> Window:
        """By its id or a part of its title."""
        front_first = self.stack[::-1]
        by_id = [w for w in front_first if w.window_id == wanted]
        by_title = [w for w in front_first if wanted.lower() in w.app.title.lower()]
        for window in [*by_id, *by_title]:
            return window
        raise Refused(f"There is no window called {wanted}.")

    def raise_(self, window: Window) -> None:
        window.minimized = False
        self.stack.remove(window)
        self.stack.append(window)

    def cycle(self) -> None:
        """To the window that was in front before."""
        seen = [window for window in self.stack if not window.minimized]
        if len(seen) > 1:
            self.raise_(seen[-2])

    def minimize(self, window: Window) -> None:
        window.minimized = True

    def maximize(self, window: Window) -> None:
        window.normal_frame = window.normal_frame or window.frame
        window.frame = self.room
        self.raise_(window)

    def restore(self, window: Window) -> None:
        window.frame = window.normal_frame or window.frame
        window.normal_frame = None
        self.raise_(window)

    def toggle(self, window: Window) -> None:
        if window.maximized:
            self.restore(window)
        else:
            self.maximize(window)

    def close(self, window: Window) -> None:
        self.stack.remove(window)

    def sweep(self) -> None:
        """Close the windows whose applications have ended."""
        self.stack = [window for window in self.stack if not window.app.finished]

    def place(self, window: Window, frame: Rect) -> None:
        """Its title bar stays within reach."""
        width, height = max(SMALLEST[0], frame.width), max(SMALLEST[1], frame.height)
        x = max(self.room.x - width + 120, min(frame.x, self.room.right - 120))
        y = max(self.room.y, min(frame.y, self.room.bottom - TITLE_BAR))
        window.frame, window.normal_frame = Rect(x, y, width, height), None

    def arrange(self, layout: str) -> None:
        seen = [window for window in self.stack if not window.minimized]
        room, count = self.room, max(1, len(seen))
        for number, window in enumerate(seen):
            match layout:
                case "tile" | "grid" | "side_by_side" | "horizontal":
                    width = room.width / count
                    frame = Rect(room.x + number * width, room.y, width, room.height)
                case "stack" | "vertical":
                    height = room.height / count
                    frame = Rect(room.x, room.y + number * height, room.width, height)
                case "cascade":
                    frame = Rect(0, 0, room.width * 0.6, room.height * 0.6)
                    frame = frame.moved(room.x + 40 + 32 * number, room.y + 30 + 32 * number)
                case _:
                    raise Refused(f"There is no layout {layout}: tile, stack or cascade.")
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
            canvas.spot(canvas.area, "window", window.app.title, focused=active, opaque=True)
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

        canvas.spot(bar, click=press, drag=drag)
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
