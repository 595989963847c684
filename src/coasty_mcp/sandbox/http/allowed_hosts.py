"""Who may talk to the sandbox on a port: programs and pages of this computer.

A page from elsewhere can send requests to a port of this computer, also under a name that it lets
point here (DNS rebinding). Its Host or its Origin gives it away.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ...api.errors import ApiError
from ..world.webhook_delivery import is_loopback
from .error_envelope import error_response

PORT = re.compile(r":[0-9]{1,5}\Z")


class AllowedHosts:
    """ASGI middleware that refuses requests of which Host or Origin is no loopback name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = _refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        if error is None:
            await self.app(scope, receive, send)
            return
        headers = {"X-Coasty-Request-Id": scope["app"].state.world.new_id("req")}
        await error_response(error, headers, repeatable=False)(scope, receive, send)


def _refusal(headers: Headers) -> ApiError | None:
    if not _is_loopback(headers.get("Host", "")):
        message = "The sandbox answers under the names of this computer alone, as 127.0.0.1."
        return ApiError(message, code="INVALID_HOST", type="client_error", status=421)
    origin = headers.get("Origin")
    if origin is not None and not _is_loopback(re.sub(r"\Ahttps?://", "", origin)):
        message = "The sandbox answers to no pages of other computers."
        return ApiError(message, code="INVALID_ORIGIN", type="client_error", status=403)
    return None


def _is_loopback(host: str) -> bool:
    return is_loopback(PORT.sub("", host).strip("[]"))
