"""Who calls over HTTP, by the API key that each caller sends; nothing is shared between keys."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from .app import App

MOST = 1000
"""Callers that are remembered; every string that looks like a key would be one."""
SHAPE = re.compile(r"(sk-coasty-(live|test)-|cua_sk_)[0-9A-Za-z_-]{8,128}")


def sent_key(headers: Mapping[str, str]) -> str | None:
    """The key in X-API-Key, or in Authorization after the word Bearer; None if it is no key."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    key = headers.get("X-API-Key", bearer)
    return key if SHAPE.fullmatch(key) else None


def user(key: str) -> AuthenticatedUser:
    """For the SDK, which ties sessions and request states to it; its name does not tell the key."""
    name = sha256(key.encode()).hexdigest()
    return AuthenticatedUser(AccessToken(token=key, client_id=name, scopes=[]))


@dataclass
class Callers:
    """An App for each key; those that called longest ago are forgotten first."""

    make: Callable[[App, AccessToken], App]
    """From the server's own App, for a key."""
    most: int = MOST
    _apps: dict[str, App] = field(default_factory=dict[str, App], init=False)

    def app(self, own: App) -> App:
        """That of whoever makes this request; the server's own where callers send no key."""
        token = get_access_token()
        if not token:
            return own
        app = self._apps.pop(token.client_id, None) or self.make(own, token)
        self._apps[token.client_id] = app
        if len(self._apps) > self.most:
            del self._apps[next(iter(self._apps))]
        return app

    async def __call__(
        self, ctx: ServerRequestContext[App, Any], call_next: CallNext
    ) -> HandlerResult:
        """As middleware: from here on, the caller's App is the only one there is."""
        own = ctx.lifespan_context
        app = self.app(own)
        return await call_next(ctx if app is own else replace(ctx, lifespan_context=app))
