"""Turns a response, or the lack of one, into a reply or a CoastyError."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from ..errors import CoastyError, NoAnswer, UnexpectedReply, Unreachable, from_envelope
from ..wire.account import IdempotencyResult
from ..wire.base import Failure, Receipt, Reply

R = TypeVar("R", bound=Reply)

MAX_BYTES = 32_000_000
"""The longest body that is read. The largest are screenshots, up to 10 MB of base64."""
TRANSIENT = {500, 502, 503, 504}
REASONS: dict[type[Exception], str] = {
    ssl.SSLError: "its certificate is not trusted, or something between intercepts the connection",
    socket.gaierror: "there is no such host, or no network",
    ConnectionRefusedError: "nothing answers at that address",
}


@dataclass(frozen=True)
class CompleteResponse:
    """A response whose body has been read to its end."""

    host: str
    status: int
    headers: httpx2.Headers
    body: bytearray


async def read_response(response: httpx2.Response) -> CompleteResponse:
    """Read the whole body, up to MAX_BYTES.

    Raises:
        UnexpectedReply: The body is longer.
        RequestError: The connection broke.
    """
    host, status = response.url.host, response.status_code
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body.extend(chunk)
        if len(body) > MAX_BYTES:
            message = f"{host} answered with more than {MAX_BYTES // 1_000_000} MB."
            raise UnexpectedReply(message, status=status)
    return CompleteResponse(host, status, response.headers, body)


def parse_reply(response: CompleteResponse, model: type[R]) -> R:
    """Parse the body of a success into the model, and attach the headers as its receipt.

    Raises:
        CoastyError: The API reported an error, or the body does not fit the model.
    """
    if not 200 <= response.status < 300:
        raise api_error(response)
    try:
        reply = model.model_validate_json(response.body)
    except ValidationError as error:
        raise _unexpected(response) from error
    reply.attach(_receipt(response.headers))
    return reply


def api_error(response: CompleteResponse) -> CoastyError:
    """Return the error that a response outside of 200 to 299 stands for."""
    try:
        failure = Failure.model_validate_json(response.body)
    except ValidationError:
        return _unexpected(response)
    said = {"retry_after": _seconds(response.headers.get("Retry-After", ""))}
    return from_envelope(response.status, {**said, **failure.error.model_dump(exclude_none=True)})


def parse_stored_reply(found: IdempotencyResult, reply: type[R]) -> R:
    """Return the reply that the API stored for an idempotency key, as if it came now.

    Raises:
        CoastyError: The stored reply is an error, or cannot be read.
    """
    status = found.original_status or 200
    try:
        if status < 300:
            answer = reply.model_validate(found.result)
            answer.attach(found.receipt)
            return answer
        failure = Failure.model_validate(found.result)
    except ValidationError as error:
        raise UnexpectedReply("The remembered answer cannot be read.", status=status) from error
    raise from_envelope(status, failure.error.model_dump(exclude_none=True))


def network_error(host: str, error: httpx2.RequestError) -> CoastyError:
    """Return Unreachable when the request cannot have arrived, else NoAnswer."""
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Unreachable(f"{host} could not be reached in time.")
    if isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.ProxyError):
        untrusted = any(isinstance(each, ssl.SSLCertVerificationError) for each in _causes(error))
        return Unreachable(
            f"{host} could not be reached: {_reason(error)}.", retryable=not untrusted
        )
    if isinstance(error, httpx2.TimeoutException):
        return NoAnswer(f"{host} did not answer in time.")
    return NoAnswer(f"{host} broke off its answer.")


def _unexpected(response: CompleteResponse) -> UnexpectedReply:
    status = response.status
    message = f"{response.host} answered {status}, but not as the Coasty API does."
    return UnexpectedReply(message, status=status, retryable=status == 429 or status in TRANSIENT)


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        for kind, reason in REASONS.items():
            if isinstance(cause, kind):
                return reason
    return str(error) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _receipt(headers: httpx2.Headers) -> Receipt:
    return Receipt(
        request_id=headers.get("X-Coasty-Request-Id"),
        key_kind=headers.get("X-Coasty-Key-Kind"),
        charged=_integer(headers.get("X-Credits-Charged", "")),
        remaining=_integer(headers.get("X-Credits-Remaining", "")),
        replayed=headers.get("X-Coasty-Idempotent-Replay") == "true",
    )


def _integer(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() else None


def _seconds(retry_after: str) -> float | None:
    """From either form of the header: seconds, or a date."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        wait = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
