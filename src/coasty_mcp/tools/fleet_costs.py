"""The tool of the toolset `fleet` that reports what machines cost."""

import json

from ..api.untrusted import printable
from ..api.wire import machines as wire
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, text_result
from .catalog import fleet


@fleet.tool("Get machine pricing", READS)
async def coasty_get_machine_pricing(api: Api) -> TextResult[wire.Pricing]:
    """See what machines cost by the hour in each state."""
    priced = await api.machines.get_pricing()
    return text_result(priced, json.dumps(printable(priced.pricing), ensure_ascii=False))
