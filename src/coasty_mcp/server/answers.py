"""Seals the questions to a person that travel through the host, and takes each answer once."""

import time
from contextvars import ContextVar
from hashlib import sha256
from os import urandom

from mcp.server.request_state import AESGCMRequestStateCodec, RequestStateSecurity

from ..api.client.transport import derive_keys
from ..api.errors import ConsentRefused

LIFETIME = 120
"""Seconds for which an answer holds."""

_current = ContextVar[str]("answer", default="")
_used: dict[str, float] = {}
"""When each answer of the last two minutes was used in this process."""


class NotedCodec(AESGCMRequestStateCodec):
    """The SDK's codec, which notes whose answer the current request brings back."""

    def unseal(self, token: str) -> bytes:
        """Return the sealed question.

        Raises:
            InvalidRequestState: somebody else sealed it.
        """
        payload = super().unseal(token)
        _current.set(sha256(token.encode()).hexdigest())
        return payload


def answer_security(keys: list[str]) -> RequestStateSecurity:
    """Return the SDK's policy: sealed for one caller, one call with its arguments, two minutes.

    Without keys, which replicas need, one is made for this process.

    Raises:
        ValueError: a key is too short.
    """
    return RequestStateSecurity(codec=NotedCodec(keys or [urandom(32)]), ttl=LIFETIME)


def use_once() -> None:
    """Use up the answer of the current request; one that arrives within the call has no name.

    Another replica cannot know that it was used. So what is sent on the strength of an answer
    carries idempotency keys made from it: carried out there once more, it happens once.

    Raises:
        ConsentRefused: it was used before.
    """
    now, answer = time.monotonic(), _current.get()
    for old in [each for each, used in _used.items() if now - used > LIFETIME]:
        del _used[old]
    if answer in _used:
        raise ConsentRefused("The person's answer was used already: it holds once.")
    if answer:
        _used[answer] = now
        derive_keys(answer)
