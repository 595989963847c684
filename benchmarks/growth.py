"""How cost grows: `uv run python -m benchmarks.growth` prints tables, draws a PNG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .measure import burst, started, tokens, typical
from .servers import LOOK, OURS
from .upstream import upstream
from .wire import running

PICTURE = Path(__file__).with_name("growth.png")
TIMES = 25
TOOLSETS = ("default", "default,sessions,fleet,runs", "all")
MACHINES = (5, 50, 200)
SIZES = ("640x480", "1280x720", "1920x1080", "2560x1440", "3840x2160")
AT_ONCE = (1, 2, 4, 8, 16, 32, 64)

Point = tuple[str, float, float]
"""A step, its milliseconds, and the amount that comes of it."""


@dataclass(frozen=True)
class Growth:
    title: str
    of: str
    amount: str
    points: Sequence[Point]

    def table(self) -> str:
        """Return the points as a Markdown table."""
        head = [f"**{self.title}**", "", f"| {self.of} | ms | {self.amount} |", "|---|---|---|"]
        rows = [f"| {step} | {ms:.1f} | {amount:,.0f} |" for step, ms, amount in self.points]
        return "\n".join([*head, *rows, ""])

    def draw(self, axes: Axes) -> None:
        steps, milliseconds, amounts = zip(*self.points, strict=True)
        axes.set_title(self.title)
        axes.set_xlabel(self.of)
        _line(axes, "milliseconds", steps, milliseconds, "tab:blue", "o-")
        _line(axes.twinx(), self.amount, steps, amounts, "tab:orange", "s--")


def _line(
    axes: Axes, name: str, xs: Sequence[str], ys: Sequence[float], colour: str, style: str
) -> None:
    axes.set_ylabel(name, color=colour)
    axes.plot(xs, ys, style, color=colour)
    axes.set_ylim(0, 1.15 * max(ys))


def tools(toolsets: str) -> Point:
    variables = {"COASTY_TOOLSETS": toolsets}
    with running(OURS.command, variables) as server:
        found = server.ask("tools/list")["tools"]
    took = typical(lambda: started(OURS, variables, "2025-11-25"), 5)
    return str(len(found)), took, tokens(found)


def machines(number: int) -> Point:
    """Measure a list of that many machines; the characters are of the structured content."""
    with upstream(machines=number) as variables, running(OURS.command, variables) as server:
        said = server.call(OURS.lists, limit=200)
        took = typical(lambda: server.milliseconds(OURS.lists, limit=200), TIMES)
    return str(number), took, len(str(said["structuredContent"]))


def screenshots(size: str) -> Point:
    with upstream() as variables, running(OURS.command, variables) as server:
        picture, _ = server.call(LOOK, machine_id=f"mch_{size}")["content"]
        took = typical(lambda: server.milliseconds(LOOK, machine_id=f"mch_{size}"), TIMES)
    return size, took, len(picture["data"]) / 1000


def at_once(calls: int) -> Point:
    with upstream() as variables, running(OURS.command, variables) as server:
        bursts = [burst(server, OURS.lists, {}, calls) for _ in range(TIMES)]
    whole = median(each[-1] for each in bursts)
    return str(calls), median(took for each in bursts for took in each), 1000 * calls / whole


def measured() -> list[Growth]:
    def points(measure: Callable[..., Point], steps: Sequence[str] | Sequence[int]) -> list[Point]:
        return [measure(step) for step in steps]

    return [
        Growth("Start to tools/list", "tools", "tokens", points(tools, TOOLSETS)),
        Growth("list_machines", "machines", "characters", points(machines, MACHINES)),
        Growth("A screenshot", "pixels", "kB of base64", points(screenshots, SIZES)),
        Growth("list_machines, many at once", "calls", "calls a second", points(at_once, AT_ONCE)),
    ]


def main() -> None:
    found = measured()
    figure = Figure(figsize=(12, 8), layout="constrained")
    for growth, axes in zip(found, figure.subplots(2, 2).flat, strict=True):
        growth.draw(axes)
        print(growth.table())
    figure.savefig(PICTURE, dpi=80)


if __name__ == "__main__":
    main()
