"""The server over HTTP: which hosts, how large, who may call, and is it well."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..server.mcp_server import CoastyServer
from ..settings import LOOPBACK, Settings
from .api_keys import authenticated_user, sent_key

MAX_BODY_BYTES = 14 * 1024 * 1024
"""Of a request: a screenshot of 10 MB as base64, and what goes with it."""
PUBLIC_PATHS = ("/health", "/ready", "/.well-known/")
"""Paths that need no key. Under the last one clients look for a sign-in that there is not: 404."""


def build_web_app(server: CoastyServer, settings: Settings) -> Starlette:
    """For a web server, uvicorn's or another."""
    security = _security(settings)
    if settings.transport == "sse":
        app = server.sse_app(max_request_body_size=MAX_BODY_BYTES, transport_security=security)
    else:
        app = server.streamable_http_app(
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=security,
            stateless_http=settings.allow_remote,  # any replica can answer any request
        )
    _add_health(app)
    if settings.allow_remote:
        app.add_middleware(AuthContextMiddleware)
        app.add_middleware(KeyRequired)  # the last one added is passed first
    return app


class KeyRequired:
    """Lets through whoever sends a key; the API finds out whether it opens anything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(PUBLIC_PATHS):
            return await self.app(scope, receive, send)
        key = sent_key(Headers(scope=scope))
        if not key:
            return await _unauthorized()(scope, receive, send)
        scope["user"] = authenticated_user(key)
        return await self.app(scope, receive, send)


def _unauthorized() -> Response:
    message = "Send your Coasty API key as Authorization: Bearer sk-coasty-..., or as X-API-Key."
    return JSONResponse(
        {"error": "invalid_token", "error_description": message},
        status_code=401,
        headers={"WWW-Authenticate": 'Bearer realm="Coasty API key", error="invalid_token"'},
    )


def _security(settings: Settings) -> TransportSecuritySettings:
    """A web page elsewhere may not talk to the server under a name of its own."""
    names = settings.allowed_host if settings.allow_remote else LOOPBACK
    hosts = [f"[{name}]" if ":" in name else name for name in names]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    return TransportSecuritySettings(
        allowed_hosts=_any_port(hosts), allowed_origins=_any_port(origins)
    )


def _any_port(names: list[str]) -> list[str]:
    return [*names, *(f"{name}:*" for name in names)]


def _add_health(app: Starlette) -> None:
    """/health while the process lives, /ready while it serves. Neither asks the API: if that is
    down, other replicas would not do better."""
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
