"""The targets, and how one round of measuring stands against them."""

from collections.abc import Mapping
from dataclasses import dataclass

from .measure import Figures


@dataclass(frozen=True)
class Row:
    number: int
    figure: str
    unit: str
    ours: float
    against: str
    other: float
    target: float
    """Of the ratio of the two."""
    stretch: float
    more: bool = False
    """Whether more is better."""

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    def met(self, limit: float) -> bool:
        return self.ratio >= limit if self.more else self.ratio <= limit


def rows(measured: Mapping[str, Figures]) -> list[Row]:
    """What can be said of a round: without the rival, nothing that compares with it."""
    found = _against_the_floor(measured["ours"], measured["floor"], measured["by hand"])
    if rival := measured.get("rival"):
        found += _against_the_rival(measured["ours"], rival)
    return sorted(found, key=lambda row: row.number)


def _against_the_floor(ours: Figures, floor: Figures, hand: Figures) -> list[Row]:
    start, listed, slow = ours["start"], ours["list"], ours["slow call"]
    own, shown = ours["call"] - hand["call"], ours["picture"]
    return [
        Row(1, "start to tools/list", "ms", start, "floor", floor["start"], 1, 0.9),
        Row(3, "memory, ready", "MB", ours["ready"], "floor", floor["ready"], 1.15, 1.05),
        Row(3, "memory, 8 big screenshots", "MB", ours["peak"], "floor", floor["ready"], 1.6, 1.3),
        Row(4, "tokens of all tools", "", ours["tokens"], "limit", 3600, 1, 0.806),
        Row(6, "tools/list, warm", "ms", listed, "floor", floor["list"], 1.5, 1),
        Row(8, "list_machines - httpx2", "ms", own, "floor's echo", floor["call"], 1.6, 0.9),
        Row(10, "32 at once, API 200 ms", "ms", slow, "the API", 200, 1.05, 1.03),
        Row(12, "screenshot", "ms", shown, "by hand", hand["picture"], 1.2, 1.06),
    ]


def _against_the_rival(ours: Figures, rival: Figures) -> list[Row]:
    def row(
        number: int,
        figure: str,
        name: str,
        unit: str,
        target: float,
        stretch: float,
        more: bool = False,
    ) -> Row:
        other = rival[name]
        return Row(number, figure, unit, ours[name], "rival", other, target, stretch, more)

    found = [
        row(2, "start to tools/list", "start", "ms", 0.5, 0.42),
        row(5, "tools/list", "list bytes", "bytes", 0.15, 0.12),
        row(7, "list_machines", "call", "ms", 0.75, 0.55),
        row(9, "list_machines, 32 at once", "calls/s", "/s", 1.35, 1.7, more=True),
        row(11, "screenshot", "picture bytes", "bytes", 0.505, 0.505),
    ]
    if "http calls/s" in ours:
        found.append(row(13, "HTTP, 8 at once", "http calls/s", "/s", 20, 35, more=True))
    return found
