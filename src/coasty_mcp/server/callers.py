"""Who calls over HTTP, by the API key that each caller sends; nothing is shared between keys."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from .context import App

MOST = 1000
"""Callers that are remembered; every string that looks like a key would be one."""


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
