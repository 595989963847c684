"""Keeps the state of HTTP callers apart, by the API key that each of them sends."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from .context import AppContext

MOST_CALLERS = 1000
"""Bounds the memory: whoever makes up keys would be a new caller with each."""


@dataclass
class Callers:
    """Middleware that gives each key its own AppContext, forgetting the longest unused first.

    Of those with which something was spent, none is forgotten before the others: a stranger with
    made-up keys would lift their limits.
    """

    make: Callable[[AppContext, AccessToken], AppContext]
    """Makes the context of a caller from the server's own."""
    most: int = MOST_CALLERS
    _contexts: dict[str, AppContext] = field(default_factory=dict[str, AppContext], init=False)

    def context(self, own: AppContext) -> AppContext:
        """Return the context of the current caller, or the server's own where none sent a key."""
        token = get_access_token()
        if not token:
            return own
        context = self._contexts.pop(token.client_id, None) or self.make(own, token)
        self._contexts[token.client_id] = context
        if len(self._contexts) > self.most:
            others = [each for each in self._contexts if each != token.client_id]
            unspent = (each for each in others if not self._contexts[each].budget.is_used)
            del self._contexts[next(unspent, others[0])]
        return context

    async def __call__(
        self, ctx: ServerRequestContext[AppContext, Any], call_next: CallNext
    ) -> HandlerResult:
        """Hand the request on with the caller's context in place of the server's own."""
        own = ctx.lifespan_context
        context = self.context(own)
        return await call_next(ctx if context is own else replace(ctx, lifespan_context=context))
