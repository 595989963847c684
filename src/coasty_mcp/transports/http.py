"""The server over HTTP: what is served under which path, and is it well."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..server.mcp_server import CoastyServer
from ..settings import Settings
from .bounded_bodies import BoundedBodies
from .http_access import LOOPBACK_ORIGIN, KeyRequired, NamesChecked, allowed_names

MAX_BODY_BYTES = 14 * 1024 * 1024
"""Of a request: a screenshot of 10 MB as base64, and what goes with it."""


def build_web_app(
    server: CoastyServer, settings: Settings, pages: Callable[[], ASGIApp | None] = lambda: None
) -> Starlette:
    """Return an app for a web server, uvicorn or another.

    `pages` returns what it serves under /view, once there is anything.
    """
    security = allowed_names(settings)
    if settings.transport == "sse":
        app = server.sse_app(max_request_body_size=MAX_BODY_BYTES, transport_security=security)
    else:
        app = server.streamable_http_app(
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=security,
            stateless_http=settings.allow_remote,  # any replica can answer any request
        )
    app.add_middleware(BoundedBodies, most_bytes=MAX_BODY_BYTES)
    app.router.redirect_slashes = False  # a redirect names http, and takes the key along
    _add_health(app)
    app.mount("/view", _as_soon_as_there(pages))
    if settings.allow_remote:
        app.add_middleware(AuthContextMiddleware)
        app.add_middleware(KeyRequired)  # the last one added is passed first
    app.add_middleware(NamesChecked, allowed=security)
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=LOOPBACK_ORIGIN,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Mcp-Session-Id", "WWW-Authenticate"],
    )
    return app


def _as_soon_as_there(pages: Callable[[], ASGIApp | None]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found = pages() or PlainTextResponse("Not Found", 404)
        await found(scope, receive, send)

    return app


def _add_health(app: Starlette) -> None:
    """Serve /health while the process lives, and /ready while it serves.

    Neither asks the API: if that is down, other replicas would not do better.
    """
    serving = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with serving(app):
            app.state.ready = True
            try:
                yield
            finally:
                app.state.ready = False

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(request: Request) -> Response:
        if getattr(request.app.state, "ready", False):
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", status_code=503)

    app.router.lifespan_context = lifespan
    app.add_route("/health", health)
    app.add_route("/ready", ready)
