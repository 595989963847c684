"""The account: `/usage`, `/idempotency/{key}`."""

from typing import Annotated, Any

from pydantic import Field

from .base import Record, Reply, in_words

Period = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        description="YYYY-MM; this month without it.",
        json_schema_extra=in_words("a month as YYYY-MM", "2026-11"),
    ),
]


class EndpointUsage(Record):
    """What was used through one endpoint."""

    requests: int = 0
    credits: int = 0


class Usage(Reply):
    """What was used in one month. Credits and cents are the same: 1 credit is 1 US cent."""

    period: str = ""
    total_requests: int = 0
    total_credits: int = 0
    total_cost_cents: int = 0
    breakdown: dict[str, EndpointUsage] = Field(default_factory=dict[str, EndpointUsage])
    balance: int = 0
    wallet_balance_cents: int = 0
    wallet_balance_usd: float = 0
    tier: str | None = None
    """The plan; absent from most replies."""


class IdempotencyResult(Reply):
    """What became of the request that carried an idempotency key."""

    status: str
    """completed or processing."""
    result: Any = None
    """The original body, once completed."""
    original_status: int | None = None
