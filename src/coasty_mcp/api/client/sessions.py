"""Predictions that remember what was done: `/sessions`."""

from ..wire import sessions as wire
from .paths import segment
from .transport import Transport, new_key


class Sessions:
    """Sessions, which end after two idle hours."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def create(
        self,
        session: wire.CreateSession,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.SessionCreated:
        """Create a session; 10 credits."""
        return await self._send(
            "POST",
            "/sessions",
            wire.SessionCreated,
            body=session,
            key=key or new_key(),
            max_credits=max_credits,
            placeholders="kept",
            known={"screen_size": f"{session.screen_width}x{session.screen_height}"},
        )

    async def list(self) -> wire.SessionList:
        """List all open sessions."""
        return await self._send("GET", "/sessions", wire.SessionList)

    async def get(self, session_id: str) -> wire.SessionInfo:
        """Return one session; SessionNotFound when it has ended."""
        known = {"session_id": session_id}
        return await self._send(
            "GET", f"/sessions/{segment(session_id)}", wire.SessionInfo, known=known
        )

    async def predict(
        self,
        session_id: str,
        request: wire.SessionPredict,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.SessionPrediction:
        """Predict the next step; 4 credits, and 2 for each picture that the session remembers."""
        return await self._send(
            "POST",
            f"/sessions/{segment(session_id)}/predict",
            wire.SessionPrediction,
            body=request,
            key=key or new_key(),
            max_credits=max_credits,
            placeholders="kept",
            known={"session_id": session_id},
        )

    async def reset(self, session_id: str) -> wire.SessionChanged:
        """Forget the steps so far, and keep the session."""
        path, known = f"/sessions/{segment(session_id)}/reset", {"session_id": session_id}
        return await self._send("POST", path, wire.SessionChanged, known=known)

    async def close(self, session_id: str) -> wire.SessionChanged:
        """Close a session."""
        path, known = f"/sessions/{segment(session_id)}", {"session_id": session_id}
        return await self._send("DELETE", path, wire.SessionChanged, known=known)
