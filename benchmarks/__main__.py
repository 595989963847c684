"""The targets of this project, measured: `uv run python -m benchmarks`.

Ours, the rival (FastMCP over the API's own document) and the floor (24 trivial tools over the same
SDK) take turns, in both eras of the protocol, against one API on loopback.
"""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click

from .measure import Figures, by_hand, everything
from .servers import FLOOR, OURS, Subject, rival
from .targets import Row, rows
from .upstream import upstream
from .wire import ERAS, Era

DOCUMENT = Path("../shared/contract/openapi.json")
WHOSE = ("ours", "rival", "floor", "by hand")
HEADS = ("#", "figure", "unit", *WHOSE, "ratio", "target", "stretch", "met")


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--document", type=Path, default=DOCUMENT, help="The API's OpenAPI document.")
@click.option("--json", "as_json", is_flag=True)
def main(rounds: int, document: Path, as_json: bool) -> None:
    """Measure, and say of each target whether it is met."""
    subjects: dict[str, Subject] = {"ours": OURS, "floor": FLOOR}
    if isinstance(other := rival(document), str):
        click.echo(f"The rival's rows are left out: {other}.", err=True)
    else:
        subjects["rival"] = other
    found = measured(subjects, rounds)
    if as_json:
        told = {era: [as_object(row) for row in same] for era, same in found.items()}
        click.echo(json.dumps({"machine": machine(), "rows": told}, indent=2))
        return
    click.echo(machine())
    for era, settled in found.items():
        click.echo(f"\nProtocol {era}\n\n{table(settled)}")


def measured(subjects: dict[str, Subject], rounds: int) -> dict[Era, list[Row]]:
    """Return for each era the rows of that round whose ratio is the median."""
    found = {era: list[list[Row]]() for era in ERAS}
    with upstream() as quick, upstream(think=0.2) as slow:
        for number in range(1, rounds + 1):
            for era in ERAS:
                click.echo(f"round {number} of {rounds}, {era}", err=True)
                figures: dict[str, Figures] = {"by hand": by_hand(quick, slow)}
                for name, subject in subjects.items():
                    figures[name] = everything(subject, quick, slow, era, figures["by hand"])
                found[era].append(rows(figures))
    return {era: [_median(same) for same in zip(*found[era], strict=True)] for era in ERAS}


def _median(same: Sequence[Row]) -> Row:
    return sorted(same, key=lambda row: row.ratio)[len(same) // 2]


def table(found: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADS, ("---",) * len(HEADS), *map(_cells, found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    target, sign = row.target, "at least" if row.target.more else "at most"
    return (
        str(target.number),
        target.what,
        target.unit,
        *(_figure(row.figures.get(whose)) for whose in WHOSE),
        f"{row.ratio:.3g}x {target.whose.replace('limits', _figure(row.figures.get('limits')))}",
        f"{sign} {target.target:.3g}x",
        f"{target.stretch:.3g}x",
        row.met,
    )


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def as_object(row: Row) -> dict[str, object]:
    return {**row.target._asdict(), "figures": row.figures, "ratio": row.ratio, "met": row.met}


def machine() -> str:
    """Return a line about the machine and the versions that were measured."""
    packages = ("mcp", "fastmcp", "httpx2", "pydantic")
    versions = ", ".join(f"{name} {version(name)}" for name in packages if find_spec(name))
    cores, load = os.cpu_count(), os.getloadavg()[0]
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return f"{python}, {cores} cores, load {load:.1f}; {versions}"


if __name__ == "__main__":
    main()
