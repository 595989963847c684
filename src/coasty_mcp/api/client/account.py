"""The account: `/usage`, `/idempotency/{key}`, `/health`."""

from ..wire import account as wire
from ..wire.base import Health
from .transport import Transport


class Account:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def get_usage(self, period: str | None = None) -> wire.Usage:
        return await self._send("GET", "/usage", wire.Usage, query={"period": period})

    async def get_idempotency_result(self, key: str) -> wire.IdempotencyResult:
        return await self._send("GET", f"/idempotency/{key}", wire.IdempotencyResult)

    async def get_health(self) -> Health:
        return await self._send("GET", "/health", Health)
