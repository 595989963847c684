"""The tool that reports the wallet's balance and a month's use."""

from pydantic import Field

from ..api.untrusted import named
from ..api.wire import account as wire
from ..api.wire.base import Reply
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, text_result
from .catalog import account


class Credits(Reply):
    """The reply of coasty_get_credits; 1 credit is 1 US cent."""

    balance_credits: int
    key_mode: str
    """test keys are free, live keys pay."""
    tier: str | None = None
    period: str = ""
    period_credits: int = 0
    period_requests: int = 0
    by_endpoint: dict[str, wire.EndpointUsage] = Field(
        default_factory=dict[str, wire.EndpointUsage]
    )


@account.tool("Get credits", READS)
async def coasty_get_credits(api: Api, period: wire.Period | None = None) -> TextResult[Credits]:
    """See the wallet's balance, whether the key is test or live, and a month's use by endpoint.

    Needs the scope usage, which new keys do not have.
    """
    usage = await api.account.get_usage(period)
    answer = Credits(
        balance_credits=usage.wallet_balance_cents,
        key_mode=usage.receipt.key_kind or "unknown",
        tier=usage.tier,
        period=usage.period,
        period_credits=usage.total_credits,
        period_requests=usage.total_requests,
        by_endpoint=usage.breakdown,
    )
    answer.attach(usage.receipt)
    tier = f", tier {named(usage.tier)}" if usage.tier else ""
    return text_result(
        answer,
        f"{answer.balance_credits} credits (${usage.wallet_balance_cents / 100:.2f}) left, "
        f"{answer.key_mode} key{tier}.",
        f"{named(usage.period)}: {usage.total_credits} credits in {usage.total_requests} requests.",
        *(
            f"{named(endpoint)}: {used.credits} credits, {used.requests} requests"
            for endpoint, used in usage.breakdown.items()
        ),
    )
