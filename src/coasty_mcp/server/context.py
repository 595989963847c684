"""The state behind the tools, and the parts of it that the SDK injects into their parameters."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Resolve

from ..api.client import Backoff, Coasty, Transport
from ..api.errors import InvalidRequest, NotConfigured
from ..api.secrets import Secrets
from ..api.wire.policy import ActionPolicy
from ..money import Budget
from ..recording import CallObserver
from ..screens import ScreenshotStore
from ..settings import Settings as SettingsModel
from .http_client import HttpConnection
from .machine_control import MachineControl
from .memory import KeptPrediction, ListedPage, Memory
from .results import printable_line

if TYPE_CHECKING:
    from ..local import Screen
    from ..recording.activity import Activity
    from .questions import Questions

Sleep = Callable[[float], Awaitable[None]]
OpenView = Callable[["AppContext", str], Awaitable[str]]
Now = Callable[[], float]
"""The time in seconds, from any moment on."""

ACCEPTED = AcceptedElicitation[Any]
"""Keeps pydantic from making this class anew, in 0.4 ms, for each parameter that is injected.

The resolvers below are async because the SDK runs others in a thread."""


@dataclass(frozen=True)
class AppContext:
    """The state that the calls of one API key share; costly parts are made when first used."""

    connection: HttpConnection
    settings: SettingsModel
    budget: Budget = field(default_factory=Budget)
    screenshots: ScreenshotStore = field(default_factory=ScreenshotStore)
    predictions: Memory[KeptPrediction] = field(default_factory=Memory[KeptPrediction])
    page_elements: Memory[ListedPage] = field(default_factory=Memory[ListedPage])
    """What was listed last of each machine's page, by machine_id."""
    sleep: Sleep = anyio.sleep
    policy: ActionPolicy | None = None
    """What no call may do."""
    now: Now = time.monotonic
    offered_tools: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The names of the tools that this server offers, by toolset."""
    identity: dict[str, str] = field(default_factory=dict[str, str])
    """The headers with the caller's key, where one HTTP client serves several callers."""

    secrets: Secrets = field(default_factory=Secrets)
    """What is filled in for placeholders, and returns in no result."""
    shown_once: set[str] = field(default_factory=set[str])
    """What was shown to this caller, and must not be repeated in errors."""

    observers: tuple[CallObserver, ...] = ()
    """Who is told of each call that has ended."""
    control: MachineControl = field(default_factory=MachineControl)
    """Who may act on which machine."""
    questions: "Questions | None" = None
    """What the person is asked on the page of the live view, where there is one."""
    activity: "Activity | None" = None
    """What was done, where there is a page to tell it."""
    open_view: "OpenView | None" = None
    """Returns the address of the live view of a machine, where this server can be reached."""

    @cached_property
    def api(self) -> Coasty:
        """The API client, which sends with this key and books what is charged.

        Raises:
            NotConfigured: there is no key, or one that is none.
        """
        self._require_key()
        backoff = Backoff(timeout=self.settings.timeout)
        http = self.connection.http
        return Coasty(
            Transport(
                http,
                backoff,
                self.sleep,
                self.identity,
                self.budget,
                self.secrets,
                self.policy,
            )
        )

    @cached_property
    def screen(self) -> "Screen":
        """This computer's own screen."""
        from ..local import Screen

        return Screen(secrets=self.secrets, policy=self.policy)

    @cached_property
    def page_key(self) -> str:
        """What the page in a chat proves itself with: it stands in the page, in no result.

        It is the same after a restart and in each replica, as hosts keep pages.
        """
        key = self.settings.api_key
        secret = key.get_secret_value() if key else token_urlsafe()
        return sha256(f"live view {secret}".encode()).hexdigest()

    def _require_key(self) -> None:
        if self.settings.sandbox:
            return
        if not self.settings.api_key:
            raise NotConfigured("There is no Coasty API key.")
        if self.settings.has_broken_key:
            raise NotConfigured(
                "The Coasty API key has a character in it that no key has, such as a space."
            )

    def require_page(self, key: str) -> None:
        """Let the page of the live view go on.

        Raises:
            InvalidRequest: it is not the page that asks, but a model.
        """
        if not compare_digest(key.encode(), self.page_key.encode()):
            raise InvalidRequest("Only the page of the live view may ask: open it anew.")

    def watched_screen(self) -> "Screen":
        """Return the same screen as the person watches it: what they see, no tool has seen."""
        from ..local import Screen

        return Screen()

    async def close(self) -> None:
        """Release the screen and the HTTP connections; each comes back when it is used again."""
        if "screen" in vars(self):
            self.screen.close()
        vars(self).pop("api", None)
        await self.connection.close()


async def api_of(ctx: Context[AppContext]) -> Coasty:
    """Return the client with the caller's key.

    Raises:
        NotConfigured: there is no key, or one that is none.
    """
    return ctx.request_context.lifespan_context.api


async def _screenshots(ctx: Context[AppContext]) -> ScreenshotStore:
    return ctx.request_context.lifespan_context.screenshots


async def _predictions(ctx: Context[AppContext]) -> Memory[KeptPrediction]:
    return ctx.request_context.lifespan_context.predictions


async def _page_elements(ctx: Context[AppContext]) -> Memory[ListedPage]:
    return ctx.request_context.lifespan_context.page_elements


async def _offered_tools(ctx: Context[AppContext]) -> dict[str, list[str]]:
    return ctx.request_context.lifespan_context.offered_tools


async def _settings(ctx: Context[AppContext]) -> SettingsModel:
    return ctx.request_context.lifespan_context.settings


@dataclass(frozen=True)
class Waiter:
    """Lets a tool that waits sleep, and tell the host meanwhile that it is still at work."""

    sleep: Sleep
    now: Now
    report_progress: Callable[[float, float, str], Awaitable[None]]
    """Takes the seconds so far, the seconds at most, and what is going on."""


async def _waiter(ctx: Context[AppContext]) -> Waiter:
    async def report(progress: float, total: float, message: str) -> None:
        await ctx.report_progress(progress, total, printable_line(message))

    app = ctx.request_context.lifespan_context
    return Waiter(app.sleep, app.now, report)


Api = Annotated[Coasty, Resolve(api_of)]
Screenshots = Annotated[ScreenshotStore, Resolve(_screenshots)]
Predictions = Annotated[Memory[KeptPrediction], Resolve(_predictions)]
PageElements = Annotated[Memory[ListedPage], Resolve(_page_elements)]
OfferedTools = Annotated[dict[str, list[str]], Resolve(_offered_tools)]
Settings = Annotated[SettingsModel, Resolve(_settings)]
CallWaiter = Annotated[Waiter, Resolve(_waiter)]
