"""The single events of a mouse and a keyboard; gestures and pauses are in mouse_and_keyboard."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from ..screens import Point
from .window_info import WindowInfo

if TYPE_CHECKING:
    from .lent_clipboard import Lend

Button = Literal["left", "middle", "right"]


class Desktop(Protocol):
    """A way to act, used from one thread; keys are named as in `keys.NAMES` or by character."""

    counts_clicks: bool
    """Whether it tells programs how many clicks there are, instead of leaving it to their times."""

    def pointer(self) -> Point: ...

    def move(self, to: Point) -> None: ...

    def click(self, button: Button, times: int) -> None: ...

    def hold(self, button: Button, down: bool) -> None: ...

    def scroll(self, right: int, down: int) -> None:
        """Scroll by that many notches of the wheel."""
        ...

    def awaits_focus(self) -> bool:
        """Return whether the last click may still move the keyboard to another window."""
        ...

    def held_keys(self) -> list[str]:
        """Return the modifiers that the person holds down."""
        ...

    def press(self, key: str, down: bool) -> None: ...

    def prepare_keys(self, keys: Sequence[str]) -> None:
        """Get ready to press keys together."""
        ...

    def prepare_typing(self, text: str) -> int:
        """Get ready to type, and return how many characters from the start can be typed now."""
        ...

    @property
    def keyboard_adapted(self) -> bool:
        """Whether the preparations changed the keyboard, of which programs have yet to learn."""
        ...

    def type(self, character: str) -> None:
        """Type one of the characters that were prepared."""
        ...

    def clipboard(self) -> "Lend | None":
        """Return what lends the clipboard, where the program in front is known to paste from it."""
        ...

    def restore_keyboard(self) -> None:
        """Undo the preparations."""
        ...

    def windows(self) -> frozenset[int]:
        """Return all windows that can be seen."""
        ...

    def programs_windows(self) -> Sequence[WindowInfo]:
        """Return the windows of programs, what is in front first; none where that is not known."""
        ...

    def focused(self) -> int:
        """Return the window that typed text goes to."""
        ...

    def close(self) -> None: ...
