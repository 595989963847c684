"""Predictions that remember what was done: `/sessions`."""

from ..wire import sessions as wire
from .transport import Transport, new_key


class Sessions:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def create(
        self, session: wire.CreateSession, key: str | None = None
    ) -> wire.SessionCreated:
        return await self._send(
            "POST", "/sessions", wire.SessionCreated, body=session, key=key or new_key()
        )

    async def list(self) -> wire.SessionList:
        return await self._send("GET", "/sessions", wire.SessionList)

    async def get(self, session_id: str) -> wire.SessionInfo:
        return await self._send("GET", f"/sessions/{session_id}", wire.SessionInfo)

    async def predict(
        self, session_id: str, request: wire.SessionPredict, key: str | None = None
    ) -> wire.SessionPrediction:
        path = f"/sessions/{session_id}/predict"
        return await self._send(
            "POST", path, wire.SessionPrediction, body=request, key=key or new_key()
        )

    async def reset(self, session_id: str) -> wire.SessionChanged:
        return await self._send("POST", f"/sessions/{session_id}/reset", wire.SessionChanged)

    async def close(self, session_id: str) -> wire.SessionChanged:
        return await self._send("DELETE", f"/sessions/{session_id}", wire.SessionChanged)
