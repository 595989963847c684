"""The targets, and how one round of measuring stands against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .measure import Figures

LIMITS: Figures = {"tokens": 3900, "slow call": 200}
"""The budget of tokens, and the milliseconds that the slow API takes: no server's figures."""


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
    Target(1, "start to tools/list", "ms", "start", "floor", "start", 1, 0.9),
    Target(2, "start to tools/list", "ms", "start", "rival", "start", 0.5, 0.42),
    Target(3, "memory, ready", "MB", "ready", "floor", "ready", 1.15, 1.05),
    Target(3, "memory, 8 big screenshots", "MB", "peak", "floor", "ready", 1.6, 1.3),
    Target(4, "tokens of all tools", "", "tokens", "limits", "tokens", 1, 3500 / 3900),
    Target(6, "tools/list, warm", "ms", "list", "floor", "list", 1.5, 1),
    Target(7, "list_machines", "ms", "call", "rival", "call", 0.75, 0.55),
    Target(8, "list_machines less httpx2", "ms", "own", "floor", "call", 1.6, 0.9),
    Target(9, "32 at once", "/s", "calls/s", "rival", "calls/s", 1.35, 1.7, True),
    Target(10, "32 at once, API of 200 ms", "ms", "slow call", "limits", "slow call", 1.05, 1.03),
    Target(11, "screenshot", "bytes", "picture bytes", "rival", "picture bytes", 0.505, 0.505),
    Target(12, "screenshot", "ms", "picture", "by hand", "picture", 1.2, 1.06),
    Target(13, "HTTP, 8 at once", "/s", "http calls/s", "rival", "http calls/s", 20, 35, True),
)


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
