"""A bill that is paid, as the API shows it."""

from ...api.wire.predict import UsageInfo
from ..world.price_list import Line
from .call import Call


def charge_lines(call: Call, bill: list[Line]) -> UsageInfo:
    """Takes it from the wallet; test keys pay nothing and see no lines."""
    charged = call.charge(sum(line.price for line in bill))
    return UsageInfo(
        input_tokens=0,
        output_tokens=0,
        credits_charged=charged,
        cost_cents=charged,
        billed=charged > 0,
        breakdown=[line.shown() for line in bill] if charged else None,
    )
