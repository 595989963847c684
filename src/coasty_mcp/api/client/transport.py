"""One request to the API: sent, sent again when that is safe, and its reply parsed."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Any, Literal, TypeVar
from uuid import uuid4

import anyio
import httpx2

from ..errors import (
    CoastyError,
    NoAnswer,
    OutcomeUnknown,
    UnexpectedReply,
    UnreadableReply,
    is_gone,
)
from ..secrets import Secrets, refuse_placeholders
from ..wire.account import IdempotencyResult
from ..wire.base import Reply, Request
from ..wire.policy import ActionPolicy
from .json_text import readable
from .paths import segment
from .replies import (
    TRANSIENT,
    CompleteResponse,
    api_error,
    network_error,
    parse_reply,
    read_response,
    stored_response,
)
from .retry import Backoff
from .spending import ApiRequest, NoGuard, SpendGuard

R = TypeVar("R", bound=Reply)
Sleep = Callable[[float], Awaitable[None]]
Placeholders = Literal["filled", "kept", "refused"]
"""What becomes of `{{secret:NAME}}` in a request: only where it arrives on a screen, in a shell or
in a file is it filled in; predictions keep it, so that their actions carry it back."""


_seeded = ContextVar[Iterator[str] | None]("seeded", default=None)


def new_key() -> str:
    """Return an idempotency key: one for each thing to be done, however many attempts it takes."""
    seeded = _seeded.get()
    return next(seeded) if seeded else f"mcp-{uuid4().hex}"


def derive_keys(seed: str) -> None:
    """Let the idempotency keys of this call follow from a seed, wherever it is carried out."""
    numbered = (f"{seed} {number}".encode() for number in count())
    _seeded.set(f"mcp-{sha256(each).hexdigest()[:32]}" for each in numbered)


class Transport:
    """Sends requests; the areas of the API (`Machines`, `Runs`, …) say which."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        backoff: Backoff | None = None,
        sleep: Sleep = anyio.sleep,
        identity: Mapping[str, str] | None = None,
        guard: SpendGuard | None = None,
        secrets: Secrets | None = None,
        policy: ActionPolicy | None = None,
    ) -> None:
        """Send with these.

        Args:
            identity: The headers with the caller's key, where one client serves several.
            policy: What nothing that is sent may do, besides what the body itself forbids.
        """
        self.guard = guard or NoGuard()
        self._policy = policy
        self._http = http
        self._secrets = secrets or Secrets()
        self.identity = identity or {}
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
        known: Mapping[str, Any] | None = None,
        gone: R | None = None,
        placeholders: Placeholders = "refused",
    ) -> R:
        """Send one request and return its reply.

        Args:
            reply: The model that the JSON of the response is parsed into.
            body: The JSON to send; `content` are bytes to send instead.
            key: The idempotency key: only with one is a POST ever sent twice.
            max_credits: What the caller is willing to pay; 1 credit is 1 US cent.
            known: What the reply may leave out, because the request says it.
            gone: The reply if what is to be removed does not exist any more.
            placeholders: What becomes of the placeholders of secrets in the body.

        Raises:
            CoastyError: Anything but a reply came: the class says what, `NoAnswer` and
                `OutcomeUnknown` that the request may have been carried out all the same.
        """
        if body and (self._policy or getattr(body, "action_policy", None)):
            body, kept = self._under_policy(path, body)
            known = {**(known or {}), **(kept if "action_policy" in reply.model_fields else {})}
        request = self._http.build_request(
            method,
            path,
            params={name: value for name, value in (query or {}).items() if value is not None},
            json=body and self._json(body, placeholders),
            content=content,
            headers={
                **self.identity,
                **(headers or {}),
                **({"Idempotency-Key": key} if key else {}),
            },
        )
        asked = ApiRequest(method, path, body, max_credits, key)
        if lookup := self.guard.lookup(asked):
            await self.send("GET", *lookup)
        with self.guard.paying(asked) as settle:
            try:
                answer = await self._send_or_look_up(request, reply, key)
            except CoastyError as error:
                if not (gone and is_gone(error)):
                    raise
                answer = gone
            answer.fill(**known or {})
            settle(answer)
        return answer

    @asynccontextmanager
    async def stream(self, path: str, after: int) -> AsyncGenerator[httpx2.EventSource]:
        """Open a stream of the server-sent events after that number.

        Raises:
            CoastyError: The API refused.
            RequestError: The connection broke; the caller may open the stream again.
        """
        headers = {**self.identity, **({"Last-Event-ID": str(after)} if after else {})}
        async with self._http.sse(path.removeprefix("/"), headers=headers) as source:
            if not source.response.is_success:
                raise api_error(await self._read(source.response))
            yield source

    def readable(self, body: bytes | bytearray | str) -> str:
        """Return the JSON that the API sent as text, without secrets."""
        return self._secrets.hidden_in_json(readable(body))

    async def pause(self, attempts: int) -> None:
        """Wait before another attempt, longer after each."""
        await self._sleep(self._backoff.delay(attempts))

    def check_policy(self, path: str, body: Request) -> None:
        """Refuse a body that an action policy forbids, without sending it.

        Raises:
            ActionBlocked: this server's policy or the body's own forbids what it would do.
        """
        self._under_policy(path, body)

    def _under_policy(self, path: str, body: Request) -> tuple[Request, dict[str, Any]]:
        """Return the body under both policies, and its policy, which no reply tells."""
        from .policy import policy_sent, under_policy  # most servers have none

        body = under_policy(self._policy, path.strip("/").split("/"), body)
        return body, {"action_policy": policy_sent(body)}

    async def _send_or_look_up(self, request: httpx2.Request, reply: type[R], key: str | None) -> R:
        try:
            return await self._send_within_timeout(request, reply)
        except CoastyError as error:
            if key and _may_have_been_carried_out(error):
                return await self._look_up(key, reply, error)
            raise

    async def _send_within_timeout(self, request: httpx2.Request, reply: type[R]) -> R:
        try:
            with anyio.fail_after(self._backoff.timeout):
                return await self._send_with_retries(request, reply)
        except TimeoutError as error:
            message = f"{request.url.host} took longer than {self._backoff.timeout:g} s."
            raise NoAnswer(message) from error

    async def _send_with_retries(self, request: httpx2.Request, reply: type[R]) -> R:
        started, attempts = time.monotonic(), 0
        doubtful: CoastyError | None = None
        while True:
            attempts += 1
            try:
                return parse_reply(await self._send_once(request), reply)
            except CoastyError as error:
                doubtful = error if _may_have_been_carried_out(error) else doubtful
                wait = self._wait(error, request, attempts, time.monotonic() - started)
                if wait is None:
                    if doubtful in (None, error):
                        raise
                    raise doubtful from error
            await self._sleep(wait)

    async def _send_once(self, request: httpx2.Request) -> CompleteResponse:
        try:
            async with aclosing(await self._http.send(request, stream=True)) as response:
                return await self._read(response)
        except httpx2.RequestError as error:
            raise network_error(request.url.host, error) from error

    async def _read(self, response: httpx2.Response) -> CompleteResponse:
        complete = await read_response(response)
        if not self._secrets.names:
            return complete
        return replace(complete, body=bytearray(self.readable(complete.body).encode()))

    def _json(self, body: Request, placeholders: Placeholders) -> Any:
        """Return the body as it is sent."""
        dumped = body.model_dump(mode="json", exclude_none=True, exclude_unset=True)
        match placeholders:
            case "refused":
                refuse_placeholders(dumped)
                return dumped
            case "filled":
                return self._secrets.filled(dumped)
            case "kept":
                return dumped

    def _wait(
        self, error: CoastyError, request: httpx2.Request, attempts: int, elapsed: float
    ) -> float | None:
        if not (error.facts["retryable"] and _is_safe_to_repeat(request, error)):
            return None
        return self._backoff.wait(attempts, elapsed, error.facts.get("retry_after"))

    async def _look_up(self, key: str, reply: type[R], lost: CoastyError) -> R:
        """Return what the API remembers of a request whose answer was lost."""
        request = self._http.build_request(
            "GET", f"/idempotency/{segment(key)}", headers=self.identity
        )
        unknown = OutcomeUnknown(
            lost.facts["message"], idempotency_key=key, retry_with_same_idempotency_key=True
        )
        try:
            with anyio.fail_after(self._backoff.lookup_timeout):
                response = await self._send_once(request)
            found = parse_reply(response, IdempotencyResult)
        except (CoastyError, TimeoutError) as error:
            raise unknown from error
        if found.result is None:
            raise unknown from lost
        return parse_reply(stored_response(response, found), reply)


def _may_have_been_carried_out(error: CoastyError) -> bool:
    if isinstance(error, UnreadableReply):
        return False  # it has been: that is no doubt
    if isinstance(error, UnexpectedReply):
        status = error.facts["status"]
        return status in TRANSIENT or status < 300
    return isinstance(error, NoAnswer)


def _is_safe_to_repeat(request: httpx2.Request, error: CoastyError) -> bool:
    if request.method != "POST":
        return True
    same_key = error.facts.get("retry_with_same_idempotency_key", True)
    return same_key and "Idempotency-Key" in request.headers
