"""What came back, or why nothing did, as a reply or a CoastyError."""

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

MOST_BYTES = 32_000_000
"""Of an answer. The largest is a screenshot, which may have 10 MB of base64."""
TRANSIENT = {500, 502, 503, 504}
REASONS: dict[type[Exception], str] = {
    ssl.SSLError: "its certificate is not trusted, or something between intercepts the connection",
    socket.gaierror: "there is no such host, or no network",
    ConnectionRefusedError: "nothing answers at that address",
}


@dataclass(frozen=True)
class Answer:
    """A response that has come to its end."""

    host: str
    status: int
    headers: httpx2.Headers
    body: bytearray


async def received(response: httpx2.Response) -> Answer:
    """All of it. UnexpectedReply if that is too much, RequestError if the connection breaks."""
    answer = Answer(response.url.host, response.status_code, response.headers, bytearray())
    async for chunk in response.aiter_bytes():
        answer.body.extend(chunk)
        if len(answer.body) > MOST_BYTES:
            raise UnexpectedReply(
                f"{answer.host} answered with more than {MOST_BYTES // 1_000_000} MB.",
                status=answer.status,
            )
    return answer


def read(answer: Answer, kind: type[R]) -> R:
    """The reply of that kind, or the CoastyError that the answer stands for."""
    if not 200 <= answer.status < 300:
        raise refusal(answer)
    try:
        reply = kind.model_validate_json(answer.body)
    except ValidationError as error:
        raise _unexpected(answer) from error
    reply.keep(_receipt(answer.headers))
    return reply


def refusal(answer: Answer) -> CoastyError:
    """What an answer that is no success says."""
    try:
        failure = Failure.model_validate_json(answer.body)
    except ValidationError:
        return _unexpected(answer)
    said = {"retry_after": _seconds(answer.headers.get("Retry-After", ""))}
    return from_envelope(answer.status, {**said, **failure.error.model_dump(exclude_none=True)})


def parsed(found: IdempotencyResult, reply: type[R]) -> R:
    """The remembered answer to an earlier request, as if it came now."""
    status = found.original_status or 200
    try:
        if status < 300:
            answer = reply.model_validate(found.result)
            answer.keep(found.receipt)
            return answer
        failure = Failure.model_validate(found.result)
    except ValidationError as error:
        raise UnexpectedReply("The remembered answer cannot be read.", status=status) from error
    raise from_envelope(status, failure.error.model_dump(exclude_none=True))


def unanswered(host: str, error: httpx2.RequestError) -> CoastyError:
    """Unreachable when the request cannot have arrived, else NoAnswer."""
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Unreachable(f"{host} could not be reached in time.")
    if isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.ProxyError):
        untrusted = any(isinstance(each, ssl.SSLCertVerificationError) for each in _causes(error))
        return Unreachable(f"{host} could not be reached: {_why(error)}.", retryable=not untrusted)
    if isinstance(error, httpx2.TimeoutException):
        return NoAnswer(f"{host} did not answer in time.")
    return NoAnswer(f"{host} broke off its answer.")


def _unexpected(answer: Answer) -> UnexpectedReply:
    status = answer.status
    message = f"{answer.host} answered {status}, but not as the Coasty API does."
    return UnexpectedReply(message, status=status, retryable=status == 429 or status in TRANSIENT)


def _why(error: BaseException) -> str:
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
        charged=_whole(headers.get("X-Credits-Charged", "")),
        remaining=_whole(headers.get("X-Credits-Remaining", "")),
        replayed=headers.get("X-Coasty-Idempotent-Replay") == "true",
    )


def _whole(text: str) -> int | None:
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
