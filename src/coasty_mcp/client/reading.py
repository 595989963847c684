"""What came back, or why nothing did, as a reply or a CoastyError."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from ..errors import CoastyError, NoAnswer, UnexpectedReply, Unreachable, from_envelope
from ..wire.account import IdempotencyResult
from ..wire.base import Failure, Receipt, Reply

R = TypeVar("R", bound=Reply)

TRANSIENT = {500, 502, 503, 504}


def read(response: httpx2.Response, reply: type[R]) -> R:
    """The reply, or the CoastyError that the answer stands for."""
    try:
        if response.is_success:
            answer = reply.model_validate_json(response.content)
            answer.keep(_receipt(response.headers))
            return answer
    except ValidationError as error:
        raise _unexpected(response) from error
    raise refusal(response)


def refusal(response: httpx2.Response) -> CoastyError:
    """What an answer that is no success says, once its body is there."""
    try:
        failure = Failure.model_validate_json(response.content)
    except ValidationError:
        return _unexpected(response)
    said = {"retry_after": _seconds(response.headers.get("Retry-After", ""))}
    return from_envelope(
        response.status_code, {**said, **failure.error.model_dump(exclude_none=True)}
    )


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
        return Unreachable(f"{host} could not be reached: {_why(error)}.")
    if isinstance(error, httpx2.TimeoutException):
        return NoAnswer(f"{host} did not answer in time.")
    return NoAnswer(f"{host} broke off its answer.")


def _unexpected(response: httpx2.Response) -> UnexpectedReply:
    status = response.status_code
    message = f"{response.url.host} answered {status}, but not as the Coasty API does."
    return UnexpectedReply(message, status=status, retryable=status == 429 or status in TRANSIENT)


def _why(error: BaseException) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "its certificate is not trusted, or something between intercepts the connection"
    if any("name" in str(cause) and "known" in str(cause) for cause in causes):
        return "there is no such host, or no network"
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
