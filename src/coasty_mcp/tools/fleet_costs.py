"""The tool of the toolset `fleet` that reports what machines cost."""

from collections.abc import Iterator
from typing import Any, cast

from ..api.untrusted import named
from ..api.wire import machines as wire
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, text_result
from .catalog import fleet


@fleet.tool("Get machine pricing", READS)
async def coasty_get_machine_pricing(api: Api) -> TextResult[wire.Pricing]:
    """See what machines cost by the hour in each state."""
    priced = await api.machines.get_pricing()
    return text_result(priced, *_lines(priced.pricing))


def _lines(rates: dict[str, Any], *places: str) -> Iterator[str]:
    """Yield a line `runtime, linux: running_credits_per_hour 5, ...` for each group of rates."""
    plain = [
        f"{named(name)} {named(rate)}"
        for name, rate in rates.items()
        if rate is not None and not isinstance(rate, dict)
    ]
    if plain:
        yield f"{', '.join(places) or 'All'}: {', '.join(plain)}"
    for name, rate in rates.items():
        if isinstance(rate, dict):
            yield from _lines(cast("dict[str, Any]", rate), *places, named(name))
