"""The parameters of a command; several names are accepted for one, unknown ones are ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..command_error import CommandError
from ..drawing.rect import SCREEN_HEIGHT
from ..state import ComputerState


@dataclass(frozen=True)
class Parameters:
    """The parameters of one command; its methods raise CommandError for bad values."""

    command: str
    values: Mapping[str, Any]
    width: int
    height: int

    def has(self, *names: str) -> bool:
        return any(self.values.get(name) is not None for name in names)

    def text(self, *names: str, default: str | None = None) -> str:
        """Return the text under the first of the names that was given."""
        value = self._first(names, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise CommandError(f"{names[0]} must be a text.")
        return str(value)

    def number(self, *names: str, default: float | None = None) -> float:
        value = self._first(names, default)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if isinstance(value, bool) or not abs(number) < 1e9:
            raise CommandError(f"{names[0]} must be a number.")
        return number

    def words(self, *names: str, default: list[str] | None = None) -> list[str]:
        """Return a list of texts; one text is a list of one."""
        value = self._first(names, default)
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list) or not all(
            isinstance(w, str) for w in cast("list[object]", value)
        ):
            raise CommandError(f"{names[0]} must be a text or a list of texts.")
        return cast("list[str]", value)

    def pixel(self, x: tuple[str, ...] = ("x",), y: tuple[str, ...] = ("y",)) -> tuple[int, int]:
        """Return a point on the screen, in pixels."""
        across, down = self.number(*x), self.number(*y)
        if not (0 <= across < self.width and 0 <= down < self.height):
            raise CommandError(
                f"({across:g}, {down:g}) is off the screen, which is {self.width}x{self.height}."
            )
        return int(across), int(down)

    def point(
        self, x: tuple[str, ...] = ("x",), y: tuple[str, ...] = ("y",)
    ) -> tuple[float, float]:
        """Return a point on the screen, converted from pixels to units."""
        per_unit = self.height / SCREEN_HEIGHT
        across, down = self.pixel(x, y)
        return (across + 0.5) / per_unit, (down + 0.5) / per_unit

    def _first(self, names: tuple[str, ...], default: Any) -> Any:
        for name in names:
            if self.values.get(name) is not None:
                return self.values[name]
        if default is None:
            raise CommandError(f"{self.command} needs {names[0]}.")
        return default


Result = dict[str, Any]
Handler = Callable[[ComputerState, Parameters], Result]
