"""A list of things, told."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def rows(
    found: Iterable[T], told: Callable[[T], str], nothing: str, *, more: bool = False
) -> list[str]:
    """A line each; `more` when the limit has cut the list."""
    lines = [told(each) for each in found] or [nothing]
    return [*lines, "There are more: raise the limit."] if more else lines
