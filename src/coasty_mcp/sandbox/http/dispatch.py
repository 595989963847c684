"""What every request passes on its way to a handler, and every answer on its way out.

A handler takes a Call and returns a reply or raises one of our errors; the rest is done here: size,
key, scope, rate, idempotent replay, refund, headers and the error envelope.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...api.errors import (
    CoastyError,
    IdempotencyInFlight,
    InternalError,
    PayloadTooLarge,
    PredictionFailed,
)
from ...api.wire.base import Reply
from ..world.api_keys import sent_key
from ..world.idempotency import LIFETIME, Attempt, Slot, fingerprint
from ..world.validation import invalid_request
from .call import Call
from .error_envelope import error_response
from .forced_errors import raise_forced_error

MEGABYTE = 1024 * 1024
KEY_SHAPE = re.compile(r"[A-Za-z0-9_\-:]{1,128}")

log = logging.getLogger(__name__)

Handler = Callable[[Call], Awaitable[Reply]]
Responder = Callable[[Call], Awaitable[bytes]]


def route(
    method: str,
    path: str,
    handler: Handler,
    scope: str | None = None,
    *,
    idempotent: bool = False,
    rate_limited: bool = False,
    streams: bool = False,
    most_bytes: int = 50 * MEGABYTE,
    status: int = 200,
) -> Route:
    """Return a route that needs a key, and the scope if one is named.

    keyed: it accepts an Idempotency-Key. rated: it counts against the rate limit, and says so.
    streams: it answers as server-sent events when asked to.
    Scopes that depend on the body are for the handler: `call.permit(...)`.
    """

    async def respond(call: Call) -> bytes:
        call.identity = key = call.world.key(sent_key(call.request.headers))
        call.headers["X-Coasty-Key-Kind"] = key.kind
        if key.mode == "test":
            call.headers["X-Coasty-Test-Mode"] = "true"
        name = _idempotency_key(call) if idempotent else None
        call.repeatable = name is not None
        raise_forced_error(call)
        if scope:
            call.permit(scope)
        if rate_limited:
            _count(call)
        call.account.advance(call.now)

        async def work() -> bytes:
            return await _run_handler(handler, call, endpoint=path.strip("/"))

        body = await (_idempotently(call, name, work, status) if name else work())
        return _as_event(body, call) if streams and _wants_events(call) else body

    return _endpoint_route(method, path, respond, most_bytes, status)


def public_route(method: str, path: str, handler: Handler, *, most_bytes: int = MEGABYTE) -> Route:
    """Return a route that needs no key; its handler finds out whose account it is about."""

    async def respond(call: Call) -> bytes:
        raise_forced_error(call)
        return _serialized(await handler(call), call)

    return _endpoint_route(method, path, respond, most_bytes)


def _endpoint_route(
    method: str, path: str, respond: Responder, most_bytes: int, status: int = 200
) -> Route:
    async def endpoint(request: Request) -> Response:
        world = request.app.state.world
        call = Call(request, world, world.new_id("req"))
        call.headers["X-Coasty-Request-Id"] = call.request_id
        try:
            call.raw = await _read(request, most_bytes)
            body = await respond(call)
        except CoastyError as error:
            repeatable = call.repeatable and not isinstance(error, PredictionFailed)
            return error_response(error, call.headers, repeatable=repeatable)
        except Exception:
            log.exception("%s %s failed", method, path)
            error = InternalError("Something went wrong in the sandbox.")
            return error_response(error, call.headers, repeatable=call.repeatable)
        headers = {"Content-Type": "application/json", **call.headers}
        return Response(body, status, headers)

    return Route(f"/v1{path}", endpoint, methods=[method])


async def _read(request: Request, most: int) -> bytes:
    """Return the body; of one that is too large, read no more than it takes to know that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            examples = {"max_mb": most // MEGABYTE, "max_bytes": most}
            raise PayloadTooLarge(f"The body has more than {most} bytes.", examples=examples)
    return bytes(body)


def _idempotency_key(call: Call) -> str | None:
    name = call.request.headers.get("Idempotency-Key")
    if name is not None and not KEY_SHAPE.fullmatch(name):
        message = "Idempotency-Key must be 1 to 128 characters of A-Z a-z 0-9 _ - :"
        raise invalid_request(message, "header", "Idempotency-Key")
    return name


def _count(call: Call) -> None:
    window = call.world.rates.window(call.key.text, call.now)
    try:
        window.spend(call.now)
    finally:
        call.headers.update(window.headers())


async def _run_handler(handler: Handler, call: Call, endpoint: str) -> bytes:
    try:
        reply = await handler(call)
    except BaseException:
        call.refund()
        raise
    call.account.usage.add(endpoint, call.now, requests=1, price=call.charged)
    return _serialized(reply, call)


def _serialized(reply: Reply, call: Call) -> bytes:
    """Return only what a handler has set: some fields must be absent rather than null."""
    serialized = reply.model_copy(update={"request_id": call.request_id})
    return serialized.model_dump_json(exclude_unset=True).encode()


async def _idempotently(
    call: Call, name: str, work: Callable[[], Awaitable[bytes]], status: int
) -> bytes:
    now = call.now
    slot = Slot(call.key.text, f"{call.request.method} {call.request.url.path}", name)
    attempt = Attempt(fingerprint(call.raw), now + LIFETIME, status)
    try:
        body, replayed = await call.account.attempts.once(slot, attempt, now, work)
    except IdempotencyInFlight:
        call.headers["Idempotency-Status"] = "processing"
        raise
    call.headers["Idempotency-Status"] = "completed"
    call.headers["Idempotency-Replayed"] = str(replayed).lower()
    if replayed:
        call.headers["X-Coasty-Idempotent-Replay"] = "true"
        call.headers["X-Credits-Charged"] = "0"
        return _without_charge(body)
    return body


def _without_charge(body: bytes) -> bytes:
    """Return an inference's answer as it reads when it is not paid for again."""
    reply = json.loads(body)
    usage = reply.get("usage", {})
    if "billed" not in usage:  # a run's usage is its own, whoever asks
        return body
    free = {"credits_charged": 0, "cost_cents": 0, "billed": False, "breakdown": None}
    return json.dumps({**reply, "usage": {**usage, **free}}).encode()


def _wants_events(call: Call) -> bool:
    return "text/event-stream" in call.request.headers.get("Accept", "")


def _as_event(body: bytes, call: Call) -> bytes:
    call.headers["Content-Type"] = "text/event-stream"
    return b": keepalive\n\nevent: result\ndata: " + body + b"\n\n"
