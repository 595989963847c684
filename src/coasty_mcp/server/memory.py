"""What this server keeps of earlier calls, best effort: another replica does not know it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST = 500
"""Things that are kept for all callers together."""


@dataclass
class Memory(Generic[T]):
    """Things by their name, apart for each caller; the oldest go first."""

    most: int = MOST
    owner: str = ""
    _kept: dict[tuple[str, str], T] = field(default_factory=dict[tuple[str, str], T])

    def of(self, owner: str) -> "Memory[T]":
        """Return the same room for somebody else: nobody finds what is another's."""
        return replace(self, owner=owner)

    def keep(self, name: str, thing: T) -> None:
        """Keep a thing, in place of an earlier one of that name."""
        self._kept.pop((self.owner, name), None)
        self._kept[self.owner, name] = thing
        if len(self._kept) > self.most:
            del self._kept[next(iter(self._kept))]

    def get(self, name: str) -> T | None:
        """Return what was kept under the name, or None."""
        return self._kept.get((self.owner, name))


@dataclass(frozen=True)
class KeptPrediction:
    """A prediction that can be carried out by its id, and how to predict again after it."""

    machine_id: str
    screenshot_id: str
    """The picture that the coordinates are on."""
    actions: list[dict[str, Any]]
    """As the API returned them: `action_type` and `params`."""
    tool: Callable[..., Any]
    arguments: dict[str, Any]
    """The tool that predicted and its arguments, without those that name the picture."""
    key: str
    """The idempotency key of carrying it out: it happens once, however often it is asked for."""


@dataclass(frozen=True)
class PageElement:
    """An element of a machine's page as it was listed: what to click for its index."""

    label: str
    target: dict[str, Any]
    """`selector`, or `x` and `y` in machine pixels."""


@dataclass(frozen=True)
class ListedPage:
    """The elements of a machine's page as they were listed, by their index."""

    elements: list[PageElement]
    place: dict[str, str]
    """The page's `url`, and the `tab_id` where the machine says it."""
