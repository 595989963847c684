"""The answers that a server ends itself when it is to end."""

from collections.abc import Collection

from anyio import CancelScope
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EventStreams:
    """An app whose answers to some methods end when the server does.

    GET opens event streams, which have no end of their own.
    """

    def __init__(self, app: ASGIApp, methods: Collection[str]) -> None:
        self._app = app
        self._methods = methods
        self._open = set[CancelScope]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in self._methods:
            return await self._app(scope, receive, send)
        started = completed = False

        async def send_once(message: Message) -> None:
            nonlocal started, completed
            if message["type"] == "http.response.start":
                if started:  # the SDK answers an event stream once more when it has ended
                    return
                started = True
            elif not message.get("more_body"):
                completed = True
            await send(message)

        with CancelScope() as stream:
            self._open.add(stream)
            try:
                await self._app(scope, receive, send_once)
            finally:
                self._open.discard(stream)
        if not stream.cancelled_caught or completed:
            return None
        if started:
            await send({"type": "http.response.body"})
        else:
            await Response("The server ends.\n", status_code=503)(scope, receive, send)
        return None

    def close(self) -> None:
        """End all open answers to those methods."""
        for stream in list(self._open):
            stream.cancel()
