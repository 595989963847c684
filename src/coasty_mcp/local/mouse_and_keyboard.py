"""The mouse and the keyboard that act together on one desktop."""

from collections.abc import Callable, Sequence

from .desktop import Desktop
from .guard import Guard, Report, report_to_nobody
from .keyboard import Keyboard
from .mouse import Mouse
from .safety import Brake
from .screen_area import ScreenArea


class MouseAndKeyboard:
    def __init__(
        self,
        desktop: Desktop,
        emergency_stop: Brake,
        monitors: Sequence[ScreenArea],
        may_type: Callable[[], bool],
        report: Report = report_to_nobody,
    ) -> None:
        self._guard = Guard(desktop, emergency_stop, may_type, report)
        self.keyboard = Keyboard(self._guard)
        self.mouse = Mouse(self._guard, self.keyboard, monitors)

    def take_unfinished(self) -> str:
        """Return, once, how far an action came that did not end."""
        unfinished, self._guard.unfinished = self._guard.unfinished, ""
        return unfinished
