"""The tool that reports the wallet's balance and a month's use."""

from pydantic import Field

from ..api.untrusted import named
from ..api.wire import account as wire
from ..api.wire.base import Reply
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, counted, text_result
from .catalog import account

UNKNOWN = "unknown"


class Credits(Reply):
    """The reply of coasty_get_credits; 1 credit is 1 US cent."""

    balance_credits: int | None = None
    """Left out where the API does not say it."""
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
    balance = _balance(usage)
    answer = Credits(
        balance_credits=balance,
        key_mode=usage.receipt.key_kind or UNKNOWN,
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
        f"{_left(balance)}, {_key(answer.key_mode)}{tier}.",
        f"{named(usage.period or period or 'This month')}: "
        f"{counted(usage.total_credits, 'credit')} in {counted(usage.total_requests, 'request')}.",
        *(
            f"{named(endpoint)}: {counted(used.credits, 'credit')}, "
            f"{counted(used.requests, 'request')}"
            for endpoint, used in usage.breakdown.items()
        ),
    )


def _balance(usage: wire.Usage) -> int | None:
    """Return the credits left by whichever field the API fills; None where it fills none."""
    for name in ("wallet_balance_cents", "balance"):
        if name in usage.model_fields_set:
            return getattr(usage, name)
    return None


def _left(balance: int | None) -> str:
    if balance is None:
        return "The API does not say how many credits are left"
    return f"{counted(balance, 'credit')} (${balance / 100:.2f}) left"


def _key(mode: str) -> str:
    return "key of unknown kind" if mode == UNKNOWN else f"{mode} key"
