"""Requests and replies for a budget, without an API."""

from typing import Any

from coasty_mcp.api.wire.account import Usage
from coasty_mcp.api.wire.base import Receipt
from coasty_mcp.money import Budget, Price


def charged(cost: int | None, **receipt: Any) -> Usage:
    """Return a reply whose headers say that much."""
    reply = Usage(period="2026-05", wallet_balance_cents=1)
    reply.attach(Receipt(charged=cost, **receipt))
    return reply


def used(budget: Budget, price: int, cost: int) -> None:
    """Spend that much, by a request that could have cost `price`."""
    with budget.reserving(Price(price)) as settle:
        settle(charged(cost))
