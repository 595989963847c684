"""The single events of a mouse and a keyboard; gestures and pauses are in mouse_and_keyboard."""

from typing import Literal, Protocol

from ..screens import Point

Button = Literal["left", "middle", "right"]


class Desktop(Protocol):
    """A way to act, used from one thread; keys are named as in `keys.NAMES` or by character."""

    def pointer(self) -> Point: ...

    def move(self, to: Point) -> None: ...

    def click(self, button: Button, times: int) -> None: ...

    def hold(self, button: Button, down: bool) -> None: ...

    def scroll(self, right: int, down: int) -> None:
        """Scroll by that many notches of the wheel."""
        ...

    def press(self, key: str, down: bool) -> None: ...

    def prepare_typing(self, text: str) -> int:
        """Get ready to type, and return how many characters from the start can be typed now."""
        ...

    def type(self, character: str) -> None:
        """Type one of the characters that were prepared."""
        ...

    def restore_keyboard(self) -> None:
        """Undo the preparations."""
        ...

    def windows(self) -> frozenset[int]:
        """Return all windows that can be seen."""
        ...

    def focused(self) -> int:
        """Return the window that typed text goes to."""
        ...

    def close(self) -> None: ...
