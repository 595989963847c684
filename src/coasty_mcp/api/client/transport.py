"""One request to the API: sent, tried again when that is safe, and read."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar
from uuid import uuid4

import anyio
import httpx2

from ..errors import CoastyError, NoAnswer, OutcomeUnknown, UnexpectedReply
from ..wire.account import IdempotencyResult
from ..wire.base import Reply, Request
from .replies import TRANSIENT, Answer, parsed, read, received, refusal, unanswered
from .retry import Backoff
from .spending import ApiRequest, NoGuard, SpendGuard

R = TypeVar("R", bound=Reply)
Sleep = Callable[[float], Awaitable[None]]


def new_key() -> str:
    """An idempotency key: one for each thing to be done, whatever number of attempts it takes."""
    return f"mcp-{uuid4().hex}"


class Transport:
    """Knows how to ask; the areas of the API know what to ask for."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        backoff: Backoff | None = None,
        sleep: Sleep = anyio.sleep,
        identity: Mapping[str, str] | None = None,
        guard: SpendGuard | None = None,
    ) -> None:
        """`identity`: headers that say who asks, where one client serves several."""
        self.guard = guard or NoGuard()
        self._http = http
        self._identity = identity or {}
        self._backoff = backoff or Backoff()
        self._sleep = sleep

    async def send(
        self,
        method: str,
        path: str,
        reply: type[R],
        *,
        query: Mapping[str, str | int | None] | None = None,
        body: Request | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        max_credits: int | None = None,
    ) -> R:
        """The reply, or a CoastyError for whatever came instead of it.

        A `key` is the idempotency key: only with one is a POST ever sent twice. `max_credits` is
        what the caller is willing to pay for it.
        """
        request = self._http.build_request(
            method,
            path,
            params={name: value for name, value in (query or {}).items() if value is not None},
            json=body and body.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            content=content,
            headers={
                **self._identity,
                **(headers or {}),
                **({"Idempotency-Key": key} if key else {}),
            },
        )
        with self.guard.paying(ApiRequest(method, path, body, max_credits)) as settle:
            answer = await self._answer(request, reply, key)
            settle(answer)
        return answer

    @asynccontextmanager
    async def stream(self, path: str, after: int) -> AsyncGenerator[httpx2.EventSource]:
        """Server-sent events after that number; raises RequestError when the connection breaks."""
        headers = {**self._identity, **({"Last-Event-ID": str(after)} if after else {})}
        async with self._http.sse(path.removeprefix("/"), headers=headers) as source:
            if not source.response.is_success:
                raise refusal(await received(source.response))
            yield source

    async def pause(self, tried: int) -> None:
        """Wait before another attempt, longer each time."""
        await self._sleep(self._backoff.delay(max(1, tried)))

    async def _answer(self, request: httpx2.Request, reply: type[R], key: str | None) -> R:
        try:
            return await self._within_patience(request, reply)
        except CoastyError as error:
            if key and _doubtful(error):
                return await self._recover(key, reply, error)
            raise

    async def _within_patience(self, request: httpx2.Request, reply: type[R]) -> R:
        try:
            with anyio.fail_after(self._backoff.patience):
                return await self._persist(request, reply)
        except TimeoutError as error:
            message = f"{request.url.host} took longer than {self._backoff.patience:g} s."
            raise NoAnswer(message) from error

    async def _persist(self, request: httpx2.Request, reply: type[R]) -> R:
        started, tried = time.monotonic(), 0
        doubt: CoastyError | None = None
        while True:
            tried += 1
            try:
                return read(await self._exchange(request), reply)
            except CoastyError as error:
                doubt = error if _doubtful(error) else doubt
                wait = self._wait(error, request, tried, time.monotonic() - started)
                if wait is None:
                    if doubt in (None, error):
                        raise
                    raise doubt from error
            await self._sleep(wait)

    async def _exchange(self, request: httpx2.Request) -> Answer:
        try:
            async with aclosing(await self._http.send(request, stream=True)) as response:
                return await received(response)
        except httpx2.RequestError as error:
            raise unanswered(request.url.host, error) from error

    def _wait(
        self, error: CoastyError, request: httpx2.Request, tried: int, spent: float
    ) -> float | None:
        if not (error.facts["retryable"] and _repeatable(request, error)):
            return None
        return self._backoff.wait(tried, spent, error.facts.get("retry_after"))

    async def _recover(self, key: str, reply: type[R], lost: CoastyError) -> R:
        """What the API remembers of a request whose answer was lost."""
        request = self._http.build_request("GET", f"/idempotency/{key}", headers=self._identity)
        unknown = OutcomeUnknown(
            lost.facts["message"], idempotency_key=key, retry_with_same_idempotency_key=True
        )
        try:
            with anyio.fail_after(self._backoff.lookup):
                found = read(await self._exchange(request), IdempotencyResult)
        except (CoastyError, TimeoutError) as error:
            raise unknown from error
        if found.status == "processing":
            raise unknown from lost
        return parsed(found, reply)


def _doubtful(error: CoastyError) -> bool:
    """Whether the request may have been carried out all the same."""
    if isinstance(error, UnexpectedReply):
        status = error.facts["status"]
        return status in TRANSIENT or status < 300
    return isinstance(error, NoAnswer)


def _repeatable(request: httpx2.Request, error: CoastyError) -> bool:
    """Whether sending it twice does it once."""
    if request.method != "POST":
        return True
    same_key = error.facts.get("retry_with_same_idempotency_key", True)
    return same_key and "Idempotency-Key" in request.headers
