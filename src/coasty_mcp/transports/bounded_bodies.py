"""Bodies of requests: read as lines over stdio are, and refused where parsing would take long."""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from typing import AnyStr, TypeVar

from anyio import to_thread
from mcp.types import JSONRPCNotification, JSONRPCRequest, jsonrpc_message_adapter
from pydantic_core import from_json
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..server.json_values import MOST_VALUES, holds_too_many
from .jsonrpc_lines import Refusal, read_line, write_line

T = TypeVar("T")

MOST_ESCAPES = 1_000_000
TOO_MUCH = (
    f"A request may hold {MOST_VALUES} values, names of 63,000 bytes and a million escapes, "
    "and no more.\n"
)
LONG = 64_000
"""Bytes; what is longer is looked at in a thread."""
LONGEST_MENDED = 1_000_000
"""Bytes of what is no message as it is: nothing could interrupt the work on a longer one."""
NO_MESSAGE = "This is no JSON-RPC message, and too long to be read as the one that was meant."
PIECE = 2 * LONG
"""What is looked through at once: no other thread runs meanwhile."""
LONG_NAME = re.compile(
    rb'"(?:id|method|uri|cursor|requestState|progressToken)"\s*:\s*(?:"[^"]{63000}|[-+.\deE]{1000})'
)
"""What names something and is longer than anything has a name: it would be sent back."""
DOUBTFUL = re.compile(r'\\u[dD][89a-fA-F]|"params"\s*:\s*\[|\A\ufeff')
"""Halves of characters, a list of parameters, a byte order mark."""


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
        if await _looked_at(_holds_too_much, body):
            return await PlainTextResponse(TOO_MUCH, status_code=413)(scope, receive, send)
        if messages[-1]["type"] == "http.request" and not messages[-1].get("more_body"):
            read = await _looked_at(_read, body)
            if isinstance(read, Refusal):
                refused = Response(read.line(), 400, media_type="application/json")
                return await refused(scope, receive, send)
            if read is not body:
                scope = {**scope, "headers": _with_length(scope["headers"], len(read))}
                messages = [{"type": "http.request", "body": read, "more_body": False}]

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


async def _looked_at(look: Callable[[bytes], T], body: bytes) -> T:
    return await to_thread.run_sync(look, body) if len(body) > LONG else look(body)


def _holds_too_much(body: bytes) -> bool:
    return body.count(b"\\") > MOST_ESCAPES or holds_too_many(body) or _finds(LONG_NAME, body)


def _finds(pattern: re.Pattern[AnyStr], text: AnyStr) -> bool:
    pieces = range(0, len(text), PIECE)
    return any(pattern.search(text, at, at + PIECE + LONG) for at in pieces)


def _decoded(body: bytes) -> str:
    decoder = getincrementaldecoder("utf-8")("replace")
    pieces = (decoder.decode(body[at : at + PIECE]) for at in range(0, len(body), PIECE))
    return "".join([*pieces, decoder.decode(b"", final=True)])


def _read(body: bytes) -> bytes | Refusal:
    """Return a body that is a message, the message that it was meant as, or why it is none."""
    text = _decoded(body)
    body = text.encode() if "\ufffd" in text else body
    if LONG < len(body) <= LONGEST_MENDED and not _finds(DOUBTFUL, text):
        return body
    if _is_message(body):
        return body
    if len(body) > LONGEST_MENDED:
        return Refusal(None, NO_MESSAGE)
    match read_line(text):
        case [Refusal() as refusal]:
            return refusal
        case [JSONRPCRequest() | JSONRPCNotification() as message]:
            return write_line(message).encode()
        case _:
            return body


def _is_message(body: bytes) -> bool:
    """Return whether the app takes it for a message: its own reasons why not take long.

    A notification that long says nothing, and is read twice.
    """
    try:
        message = jsonrpc_message_adapter.validate_python(from_json(body), by_name=False)
    except ValueError:
        return False
    strange = len(body) > LONGEST_MENDED or b'"id"' in body
    return not (strange and isinstance(message, JSONRPCNotification))


def _with_length(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in headers if name != b"content-length"]
    return [*others, (b"content-length", str(length).encode())]
