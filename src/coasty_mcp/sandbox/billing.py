"""A bill that is paid, as the API shows it."""

from ..wire.predict import UsageInfo
from .call import Call
from .prices import Line


def paid(call: Call, bill: list[Line]) -> UsageInfo:
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
