"""What a tool may ask for. The SDK fills these parameters in; a test passes them itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Resolve

from .. import screens
from ..api.client import Backoff, Coasty, Transport
from ..api.errors import NotConfigured
from ..money import Budget
from ..settings import Settings as SettingsModel
from .http_client import Connection

if TYPE_CHECKING:
    from ..local import Screen

Sleep = Callable[[float], Awaitable[None]]

ACCEPTED = AcceptedElicitation[Any]
"""The SDK asks for this class at each parameter it fills in; unless somebody keeps it, pydantic
makes it anew each time, in 0.4 ms. It also runs what is not async in a thread."""


@dataclass(frozen=True)
class App:
    """Made once, when the server starts; what takes long to make, when it is first used."""

    connection: Connection
    settings: SettingsModel
    ledger: Budget = field(default_factory=Budget)
    shots: screens.Shots = field(default_factory=screens.Shots)
    sleep: Sleep = anyio.sleep
    offer: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The names of the tools that this server has, by toolset."""
    identity: dict[str, str] = field(default_factory=dict[str, str])
    """Headers that say who asks, where one connection serves several."""

    @cached_property
    def api(self) -> Coasty:
        backoff = Backoff(timeout=self.settings.timeout)
        http = self.connection.http
        return Coasty(Transport(http, backoff, self.sleep, self.identity, self.ledger))

    @cached_property
    def screen(self) -> "Screen":
        from ..local import Screen

        return Screen()

    async def close(self) -> None:
        if "screen" in vars(self):
            self.screen.close()
        vars(self).pop("api", None)
        await self.connection.close()


async def _api(ctx: Context[App]) -> Coasty:
    app = ctx.request_context.lifespan_context
    if not (app.settings.sandbox or app.settings.api_key):
        raise NotConfigured("There is no Coasty API key.")
    return app.api


async def _shots(ctx: Context[App]) -> screens.Shots:
    return ctx.request_context.lifespan_context.shots


async def _offer(ctx: Context[App]) -> dict[str, list[str]]:
    return ctx.request_context.lifespan_context.offer


async def _settings(ctx: Context[App]) -> SettingsModel:
    return ctx.request_context.lifespan_context.settings


@dataclass(frozen=True)
class Waiting:
    """Time, for a tool that waits: sleeping, and telling the host that it is still at work."""

    sleep: Sleep
    tell: Callable[[float, float, str], Awaitable[None]]
    """Seconds so far, seconds at most, what is going on."""


async def _waiting(ctx: Context[App]) -> Waiting:
    return Waiting(ctx.request_context.lifespan_context.sleep, ctx.report_progress)


Api = Annotated[Coasty, Resolve(_api)]
Shots = Annotated[screens.Shots, Resolve(_shots)]
Offer = Annotated[dict[str, list[str]], Resolve(_offer)]
Settings = Annotated[SettingsModel, Resolve(_settings)]
Patience = Annotated[Waiting, Resolve(_waiting)]
