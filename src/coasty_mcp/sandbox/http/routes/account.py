"""The account: `/usage`, `/idempotency/{key}`."""

import json
import re

from ....api.errors import NotFound
from ....api.wire import account as wire
from ...world.usage_counts import period
from ...world.validation import invalid_request
from ..call import Call
from ..dispatch import route

PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


async def usage(call: Call) -> wire.Usage:
    asked = call.query.get("period", period(call.now))
    if not PERIOD.fullmatch(asked):
        raise invalid_request("period must be a month as YYYY-MM.", "query", "period")
    breakdown = call.account.usage.months.get(asked, {})
    credits_used = sum(used.credits for used in breakdown.values())
    cents = call.account.wallet.cents
    return wire.Usage(
        period=asked,
        total_requests=sum(used.requests for used in breakdown.values()),
        total_credits=credits_used,
        total_cost_cents=credits_used,
        breakdown=breakdown,
        balance=cents,
        wallet_balance_cents=cents,
        wallet_balance_usd=cents / 100,
    )


async def idempotency_result(call: Call) -> wire.IdempotencyResult:
    attempt = call.account.attempts.find(call.key.text, call.path["key"], call.now)
    if not attempt:
        raise NotFound(f"There is no result for the idempotency key {call.path['key']}.")
    if attempt.body is None:
        return wire.IdempotencyResult(status="processing")
    return wire.IdempotencyResult(
        status="completed", result=json.loads(attempt.body), original_status=attempt.status
    )


routes = (
    route("GET", "/usage", usage, "usage", rate_limited=True),
    route("GET", "/idempotency/{key}", idempotency_result),
)
