"""Who may speak to the server over HTTP: under which names, from which pages, with which keys."""

import re

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import LOOPBACK, Settings
from .api_keys import authenticated_user, sent_key

PUBLIC_PATHS = ("/health", "/ready", "/.well-known/")
"""Paths that need no key. Under the last one clients look for a sign-in that there is not: 404."""


def _names(hosts: tuple[str, ...]) -> list[str]:
    return [f"[{host}]" if ":" in host else host for host in hosts]


LOOPBACK_ORIGIN = rf"https?://({'|'.join(map(re.escape, _names(LOOPBACK)))})(:[0-9]+)?"
"""Of pages on the caller's own computer, such as the MCP Inspector."""

WELL_FORMED = re.compile(r"(https?://)?([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?", re.ASCII)
"""A Host or an Origin. The SDK takes anything for a port, as in `localhost:80@elsewhere`."""


def allowed_names(settings: Settings) -> TransportSecuritySettings:
    """Return the Host and Origin headers to accept: a page elsewhere may not speak to the server
    under a name of its own (DNS rebinding).
    """
    hosts = _names(tuple(settings.allowed_host) if settings.allow_remote else LOOPBACK)
    pages = {*hosts, *_names(LOOPBACK)}
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in sorted(pages)]
    return TransportSecuritySettings(
        allowed_hosts=_any_port(hosts), allowed_origins=_any_port(origins)
    )


class NamesChecked:
    """Refuses Host and Origin headers that are not allowed, and takes `/mcp/` for `/mcp`.

    A redirect would name the scheme that a proxy in front uses inside: http, with the key.
    """

    def __init__(self, app: ASGIApp, allowed: TransportSecuritySettings) -> None:
        self.app = app
        self._checks = TransportSecurityMiddleware(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self.app
        if scope["type"] == "http" and not scope["path"].startswith(PUBLIC_PATHS):
            request = Request(scope)
            refusal = _malformed(request.headers) or await self._checks.validate_request(request)
            app = refusal or app
            if scope["path"] in {"/mcp/", "/sse/"}:
                scope = {**scope, "path": scope["path"].rstrip("/")}
        await app(scope, receive, send)


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


def _malformed(headers: Headers) -> Response | None:
    for name, status in (("Host", 421), ("Origin", 403)):
        values = headers.getlist(name)
        if len(values) > 1 or not all(map(WELL_FORMED.fullmatch, values)):
            return PlainTextResponse(f"Invalid {name} header", status_code=status)
    return None


def _unauthorized() -> Response:
    message = "Send your Coasty API key as Authorization: Bearer sk-coasty-..., or as X-API-Key."
    return JSONResponse(
        {"error": "invalid_token", "error_description": message},
        status_code=401,
        headers={"WWW-Authenticate": 'Bearer realm="Coasty API key", error="invalid_token"'},
    )


def _any_port(names: list[str]) -> list[str]:
    return [*names, *(f"{name}:*" for name in names)]
