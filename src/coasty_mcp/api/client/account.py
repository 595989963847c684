"""The account: `/usage`, `/idempotency/{key}`, `/health`."""

from ..wire import account as wire
from ..wire.base import Health
from .paths import segment
from .transport import Transport


class Account:
    """Usage, idempotency keys and health."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def get_usage(self, period: str | None = None) -> wire.Usage:
        """Return the credits used in a month (`YYYY-MM`, this one by default) and the wallet."""
        return await self._send("GET", "/usage", wire.Usage, query={"period": period})

    async def get_idempotency_result(self, key: str) -> wire.IdempotencyResult:
        """Return what became of the request that carried the key; NotFound after 24 hours."""
        return await self._send("GET", f"/idempotency/{segment(key)}", wire.IdempotencyResult)

    async def get_health(self) -> Health:
        """Return the API's health; needs no key."""
        return await self._send("GET", "/health", Health)
