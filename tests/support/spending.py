"""Requests, replies and a client for what spends money."""

from typing import Any

from coasty_mcp.api.client import Backoff, Coasty, Transport
from coasty_mcp.api.wire.account import Usage
from coasty_mcp.api.wire.base import Receipt
from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.money import Budget
from coasty_mcp.money.prices import Price
from coasty_mcp.sandbox import World, sandbox_client
from support.client_calls import ASKED
from support.mcp_client import LIVE_KEY, Clock


def charged(cost: int | None, **receipt: Any) -> Usage:
    """Return a reply whose headers say that much."""
    reply = Usage(period="2026-05", wallet_balance_cents=1)
    reply.attach(Receipt(charged=cost, **receipt))
    return reply


def used(budget: Budget, price: int, cost: int) -> None:
    """Spend that much, by a request that could have cost `price`."""
    with budget.reserving(Price(price)) as settle:
        settle(charged(cost))


SMALL = ASKED.model_copy(update={"screen_width": 640, "screen_height": 480})


def client(api: Any, budget: Budget) -> Coasty:
    http = api if not hasattr(api, "client") else api.client()
    return Coasty(Transport(http, Backoff(jitter=lambda: 1), Clock().sleep, guard=budget))


async def screen_of(world: World) -> str:
    free = Coasty(Transport(sandbox_client(world, LIVE_KEY)))
    desk = ProvisionMachine(display_name="desk", desktop_enabled=True)
    machine = (await free.machines.provision(desk)).machine.id
    return (await free.machines.take_screenshot(machine)).image_b64
