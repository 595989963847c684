"""Actions from a picture: `/predict`, `/ground`, `/parse`, `/models`."""

from ..wire import predict as wire
from .transport import Transport, new_key


class Predictions:
    """One prediction for one picture; for several steps in a row see `Sessions`."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def predict(
        self,
        request: wire.PredictRequest,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.PredictReply:
        """Return the next actions for a goal; 5 credits and surcharges."""
        return await self._send(
            "POST",
            "/predict",
            wire.PredictReply,
            body=request,
            key=key or new_key(),
            max_credits=max_credits,
            placeholders="kept",
        )

    async def ground(
        self,
        request: wire.GroundRequest,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.GroundReply:
        """Return the point of an element, in pixels of the picture; 3 credits and surcharges."""
        return await self._send(
            "POST",
            "/ground",
            wire.GroundReply,
            body=request,
            key=key or new_key(),
            max_credits=max_credits,
            placeholders="kept",
            known=request.model_dump(include={"screen_width", "screen_height"}),
        )

    async def parse(self, request: wire.ParseRequest) -> wire.ParseReply:
        """Turn pyautogui code into actions; free."""
        return await self._send(
            "POST", "/parse", wire.ParseReply, body=request, placeholders="kept"
        )

    async def list_models(self) -> wire.ModelsReply:
        """Return the models, engines and action types."""
        return await self._send("GET", "/models", wire.ModelsReply)
