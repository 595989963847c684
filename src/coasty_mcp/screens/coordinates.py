"""The points among the parameters of an action, and the same action on another size of picture."""

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

from ..api.commands import POINTS
from ..api.errors import InvalidRequest
from .size import Point, Size

Parameters = Mapping[str, Any]


def points_in(parameters: Parameters) -> list[Point]:
    """Every point, in the order of a drag."""
    return [Point(int(x), int(y)) for _, x, y in _found(parameters)]


def scale_parameters(parameters: Parameters, from_size: Size, to_size: Size) -> dict[str, Any]:
    """A predicted action on another size of its picture; what lies outside moves to the edge."""
    return move_points(parameters, lambda x, y: from_size.nearest(x, y).scaled(from_size, to_size))


def move_points(parameters: Parameters, move: Callable[[float, float], Point]) -> dict[str, Any]:
    """The same parameters, with each point moved and all else as it was."""
    moved = dict(parameters)
    for (x_name, y_name), x, y in _found(parameters):
        moved[x_name], moved[y_name] = move(x, y)
    return moved


def refuse_half_points(parameters: Parameters) -> None:
    """A caller's x needs its y, and both must be numbers."""
    for pair in POINTS:
        given = [name for name in pair if parameters.get(name) is not None]
        for name in given:
            if _number(parameters[name]) is None:
                raise InvalidRequest(f"{name} must be a number of pixels.")
        if len(given) == 1:
            [missing] = set(pair) - set(given)
            raise InvalidRequest(f"{given[0]} is given without {missing}.")


def _found(parameters: Parameters) -> Iterator[tuple[tuple[str, str], float, float]]:
    for names in POINTS:
        x, y = (_number(parameters.get(name)) for name in names)
        if x is not None and y is not None:
            yield names, x, y


def _number(value: object) -> float | None:
    """Hosts may send a number as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
