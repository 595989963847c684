"""Refuses bodies that would take much longer to parse than to send."""

from anyio import to_thread
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..server.json_values import MOST_VALUES, holds_too_many

TOO_MANY = f"A request may hold {MOST_VALUES} values, and no more.\n"


class BoundedBodies:
    """An app that sees a request only once its body has come and may be parsed."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        """`most_bytes`: of what is longer, the app refuses the rest itself."""
        self.app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        messages = await self._received(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        if await to_thread.run_sync(holds_too_many, body):
            return await PlainTextResponse(TOO_MANY, status_code=413)(scope, receive, send)

        async def receive_again() -> Message:
            return messages.pop(0) if messages else await receive()

        return await self.app(scope, receive_again, send)

    async def _received(self, receive: Receive) -> list[Message]:
        """Return the messages of a whole body, of a longer one than is taken, or up to its end."""
        messages, length = list[Message](), 0
        while length <= self._most_bytes:
            message = await receive()
            messages.append(message)
            length += len(message.get("body", b""))
            if not message.get("more_body", False):
                break
        return messages
