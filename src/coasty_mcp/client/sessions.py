"""Predictions that remember what was done: `/sessions`."""

from ..money import Price, prices
from ..wire import sessions as wire
from .transport import Transport, new_key


class Sessions:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send
        self._prices: dict[str, prices.SessionPrice] = {}

    async def create(
        self,
        session: wire.CreateSession,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.SessionCreated:
        price = Price(prices.SESSION, max_credits)
        created = await self._send(
            "POST",
            "/sessions",
            wire.SessionCreated,
            body=session,
            key=key or new_key(),
            price=price,
        )
        self._prices[created.session_id] = prices.SessionPrice(session)
        return created

    async def list(self) -> wire.SessionList:
        return await self._send("GET", "/sessions", wire.SessionList)

    async def get(self, session_id: str) -> wire.SessionInfo:
        return await self._send("GET", f"/sessions/{session_id}", wire.SessionInfo)

    async def predict(
        self,
        session_id: str,
        request: wire.SessionPredict,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.SessionPrediction:
        known = self._prices.get(session_id) or await self._price(session_id)
        path = f"/sessions/{session_id}/predict"
        predicted = await self._send(
            "POST",
            path,
            wire.SessionPrediction,
            body=request,
            key=key or new_key(),
            price=Price(known.most, max_credits),
        )
        known.steps = predicted.step
        return predicted

    async def reset(self, session_id: str) -> wire.SessionChanged:
        return await self._send("POST", f"/sessions/{session_id}/reset", wire.SessionChanged)

    async def close(self, session_id: str) -> wire.SessionChanged:
        self._prices.pop(session_id, None)
        return await self._send("DELETE", f"/sessions/{session_id}", wire.SessionChanged)

    async def _price(self, session_id: str) -> prices.SessionPrice:
        """Of a session that was not begun here."""
        price = prices.SessionPrice.unseen(await self.get(session_id))
        self._prices[session_id] = price
        return price
