"""Turns a response, or the lack of one, into a reply or a CoastyError."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from ..errors import (
    CoastyError,
    NoAnswer,
    UnexpectedReply,
    Unreachable,
    UnreadableReply,
    from_envelope,
)
from ..errors.envelope import one_line
from ..untrusted import named, quoted
from ..wire.account import IdempotencyResult
from ..wire.base import GUESS_HEADER, Failure, Receipt, Reply
from .json_text import readable

R = TypeVar("R", bound=Reply)

MAX_BYTES = 32_000_000
"""The longest body that is read. The largest are screenshots, up to 10 MB of base64."""
MAX_QUOTED = 300
"""Characters of a reply that cannot be read."""
CARRIED_OUT = "It was carried out all the same: do not repeat it, look at what it has changed."
ONLY_READ = "This cannot be read: go on without it, and tell the user."
NO_CONTENT = 204
USER_INFO = re.compile(r"//[^/@\s]*@")
WORD = re.compile(r"[\w.:-]{1,128}", re.ASCII)
INTEGER = re.compile(r"-?[0-9]{1,15}")
TRANSIENT = {500, 502, 503, 504}
REASONS: dict[type[Exception], str] = {
    ssl.SSLError: "its certificate is not trusted, or something between intercepts the connection",
    socket.gaierror: "there is no such host, or no network",
    ConnectionRefusedError: "nothing answers at that address",
}


@dataclass(frozen=True)
class CompleteResponse:
    """A response whose body has been read to its end."""

    method: str
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
    return CompleteResponse(response.request.method, host, status, response.headers, body)


def parse_reply(response: CompleteResponse, model: type[R]) -> R:
    """Parse the body of a success into the model, and attach the headers as its receipt.

    Raises:
        CoastyError: The API reported an error, or the body does not fit the model.
    """
    if not 200 <= response.status < 300:
        raise api_error(response)
    text = "{}" if response.status == NO_CONTENT else readable(response.body)
    try:
        reply = model.model_validate_json(text)
    except ValidationError as error:
        from .spare_fields import without_nulls  # most replies have none

        reply = without_nulls(model, text, error)
        if reply is None:
            raise _unreadable(response, text, error) from error
    reply.attach(_receipt(response.headers))
    return reply


def api_error(response: CompleteResponse) -> CoastyError:
    """Return the error that a response outside of 200 to 299 stands for."""
    try:
        failure = Failure.model_validate_json(readable(response.body))
    except ValidationError:
        return _unexpected(response)
    said = {"retry_after": _seconds(response.headers.get("Retry-After", ""))}
    return from_envelope(response.status, {**said, **failure.error})


def stored_response(lookup: CompleteResponse, found: IdempotencyResult) -> CompleteResponse:
    """Return the response that the API stored for an idempotency key, as if it came now."""
    body = bytearray(json.dumps(found.result).encode())
    return replace(lookup, method="POST", status=found.original_status or 200, body=body)


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
    """Return the error for what is no envelope; a page of a proxy is not shown, JSON is."""
    status, text = response.status, readable(response.body).strip()
    message = f"{response.host} answered {status}, but not as the Coasty API does."
    if status >= 300 and text.startswith(("{", "[")):
        message += f" It said: {quoted(text, MAX_QUOTED)}."
    return UnexpectedReply(message, status=status, retryable=status == 429 or status in TRANSIENT)


def _unreadable(response: CompleteResponse, text: str, error: ValidationError) -> UnexpectedReply:
    """Return the error for a success that does not fit: with the field, and what came."""
    if not text.lstrip().startswith(("{", "[")) or error.errors()[0]["type"] == "json_invalid":
        return _unexpected(response)
    return UnreadableReply(
        f"{response.host} answered {response.status}, but {_wrong_field(error)}. "
        f"It said: {quoted(text, MAX_QUOTED)}.",
        status=response.status,
        suggestion=ONLY_READ if response.method == "GET" else CARRIED_OUT,
    )


def _wrong_field(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(map(str, problem["loc"])) or "the reply"
    if problem["type"] == "missing":
        return f"{field} is missing"
    return f"{named(field)} cannot be read: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        for kind, reason in REASONS.items():
            if isinstance(cause, kind):
                return reason
    return one_line(USER_INFO.sub("//", str(error)), 200) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _receipt(headers: httpx2.Headers) -> Receipt:
    return Receipt(
        request_id=_word(headers.get("X-Coasty-Request-Id")),
        key_kind=_word(headers.get("X-Coasty-Key-Kind")),
        charged=_integer(headers.get("X-Credits-Charged", "")),
        remaining=_integer(headers.get("X-Credits-Remaining", "")),
        replayed=headers.get("X-Coasty-Idempotent-Replay") == "true",
        guessed=headers.get(GUESS_HEADER) == "true",
    )


def _word(text: str | None) -> str | None:
    return text if text and WORD.fullmatch(text) else None


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _seconds(retry_after: str) -> float | None:
    """Return the seconds of either form of the header: a number, or a date."""
    if INTEGER.fullmatch(retry_after):
        return float(retry_after)
    try:
        wait = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())
