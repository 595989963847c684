"""Actions from a picture: `/predict`, `/ground`, `/parse`, `/models`."""

from ..wire import predict as wire
from .transport import Transport, new_key


class Predictions:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def predict(
        self,
        request: wire.PredictRequest,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.PredictReply:
        return await self._send(
            "POST",
            "/predict",
            wire.PredictReply,
            body=request,
            key=key or new_key(),
            max_credits=max_credits,
        )

    async def ground(
        self,
        request: wire.GroundRequest,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> wire.GroundReply:
        return await self._send(
            "POST",
            "/ground",
            wire.GroundReply,
            body=request,
            key=key or new_key(),
            max_credits=max_credits,
        )

    async def parse(self, request: wire.ParseRequest) -> wire.ParseReply:
        return await self._send("POST", "/parse", wire.ParseReply, body=request)

    async def list_models(self) -> wire.ModelsReply:
        return await self._send("GET", "/models", wire.ModelsReply)
