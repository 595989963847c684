"""A desktop that only remembers, for what need not happen on a real one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from PIL import Image

from coasty_mcp.local import ScreenArea
from coasty_mcp.local.desktop import Button
from coasty_mcp.local.window_info import WindowInfo
from coasty_mcp.screens import Point

Happening = Callable[[], None]


@dataclass
class FakeDesktop:
    """Remembers what was done to it; the user may move the pointer at any moment."""

    counts_clicks: bool = True
    keyboard_adapted: bool = False
    at: Point = field(default_factory=lambda: Point(500, 500))
    down: list[str] = field(default_factory=list[str])
    done: list[str] = field(default_factory=list[str])
    prepared: bool = False
    held: list[str] = field(default_factory=list[str])
    """What the user holds down."""
    soon: Iterator[Happening | None] = field(default_factory=lambda: iter(()))
    """What happens when something is done, in turn."""

    def _do(self, what: str) -> None:
        self.done.append(what)
        if happens := next(self.soon, None):
            happens()

    def pointer(self) -> Point:
        return self.at

    def move(self, to: Point) -> None:
        self.at = to
        self._do(f"move {to.x},{to.y}")

    def click(self, button: Button, times: int) -> None:
        self._do(f"click {times}")

    def hold(self, button: Button, down: bool) -> None:
        self._held(button, down)

    def scroll(self, right: int, down: int) -> None:
        self._do(f"scroll {right},{down}")

    def awaits_focus(self) -> bool:
        return False

    def held_keys(self) -> list[str]:
        return self.held

    def prepare_keys(self, keys: Sequence[str]) -> None:
        self.prepared = True

    def press(self, key: str, down: bool) -> None:
        self._held(key, down)

    def _held(self, name: str, down: bool) -> None:
        if down:
            self.down.append(name)
            self._do(f"{name} down")
        else:
            self.down.remove(name)

    def clipboard(self) -> None:
        return None

    def prepare_typing(self, text: str) -> int:
        self.prepared = True
        return len(text)

    def type(self, character: str) -> None:
        self._do(f"type {character}")

    def restore_keyboard(self) -> None:
        self.prepared = False

    def windows(self) -> frozenset[int]:
        return frozenset()

    def programs_windows(self) -> Sequence[WindowInfo]:
        return []

    def focused(self) -> int:
        return 0

    def close(self) -> None:
        pass

    def slam(self) -> None:
        """The user pushes the pointer into a corner."""
        self.at = Point(0, 0)


class Monitors:
    """With that many pixels for each point of the pointer."""

    def __init__(self, *areas: ScreenArea, density: int = 1) -> None:
        self._areas, self._density = areas, density

    def monitors(self) -> list[ScreenArea]:
        return [*self._areas]

    def take(self, area: ScreenArea) -> Image.Image:
        return Image.new("RGB", (self._density * area.width, self._density * area.height))

    def close(self) -> None:
        pass

    def __call__(self) -> Self:
        """Open them."""
        return self


def after(count: int, happens: Happening) -> Iterator[Happening | None]:
    """Nothing that many times, then this."""
    yield from [None] * count
    yield happens
