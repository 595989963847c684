"""The targets, and how one round of measuring stands against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .measure import Figures

LIMITS: Figures = {"tokens": 3900, "turns": 10, "characters": 5000}
"""What the tools and the form may take: no server's figures."""


class Target(NamedTuple):
    """A target for the ratio between a figure of ours and one of another server."""

    number: int
    what: str
    unit: str
    figure: str
    whose: str
    other: str
    target: float
    stretch: float
    more: bool = False
    """Whether more is better."""


TARGETS = (
    Target(1, "start to tools/list", "ms", "start", "floor", "start", 0.95, 0.85),
    Target(2, "start to tools/list", "ms", "start", "rival", "start", 0.5, 0.42),
    Target(3, "memory, ready", "MB", "ready", "floor", "ready", 1.05, 1),
    Target(3, "memory, 8 big screenshots", "MB", "peak", "floor", "ready", 1.5, 1.3),
    Target(4, "tokens of all tools", "", "tokens", "limits", "tokens", 1, 3500 / 3900),
    Target(5, "turns of the form", "", "turns", "limits", "turns", 1, 0.7),
    Target(5, "characters of the form", "", "characters", "limits", "characters", 1, 0.7),
    Target(7, "list_machines", "ms", "call", "rival", "call", 0.6, 0.5),
    Target(7, "list_machines less httpx2", "ms", "own", "floor", "call", 1.2, 0.9),
    Target(8, "32 at once", "/s", "calls/s", "rival", "calls/s", 1.7, 2, True),
    Target(8, "32 at once, API of 200 ms", "ms", "slow call", "by hand", "slow call", 1.07, 1.04),
    Target(9, "screenshot less httpx2", "ms", "own picture", "floor", "call", 1.5, 1.2),
    Target(10, "HTTP, 8 at once", "/s", "http/s", "rival", "http/s", 1.5, 2, True),
    Target(10, "HTTP less httpx2", "/s", "own http/s", "floor", "http/s", 0.8, 1, True),
)
"""Row 6, the calls that a model could have spared, no program can count."""


@dataclass(frozen=True)
class Row:
    target: Target
    figures: dict[str, float]
    """The measured figures by server."""
    ratio: float

    @property
    def met(self) -> str:
        """`stretch`, `yes` or `no`."""
        limits = {"stretch": self.target.stretch, "yes": self.target.target}
        within = (name for name, limit in limits.items() if self._within(limit))
        return next(within, "no")

    def _within(self, limit: float) -> bool:
        return self.ratio >= limit if self.target.more else self.ratio <= limit


def rows(measured: Mapping[str, Figures]) -> list[Row]:
    """Return a row for each target that the round can be held against."""
    everybody = {**measured, "limits": LIMITS}
    return [
        _row(target, everybody)
        for target in TARGETS
        if target.whose in everybody and target.figure in everybody["ours"]
    ]


def _row(target: Target, everybody: Mapping[str, Figures]) -> Row:
    figures = {
        whose: measured[target.figure]
        for whose, measured in everybody.items()
        if target.figure in measured
    }
    other = everybody[target.whose][target.other]
    return Row(target, {target.whose: other, **figures}, figures["ours"] / other)
