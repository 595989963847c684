"""The live view at an address on loopback, for a browser on this computer."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from secrets import compare_digest, token_urlsafe
from time import monotonic
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from uvicorn import Server

from ..api.errors import CoastyError
from ..api.redaction import secrets_of_caller
from ..page import page
from ..server.context import AppContext
from ..server.machine_control import THIS_COMPUTER
from ..server.machine_names import machine_id_of
from ..settings import Settings
from ..view.page_requests import PageRequest, answer, require_own_screen
from .http_access import NamesChecked, allowed_names
from .web_server import address, guest_server, listen

IDLE = 600.0
"""Seconds after which an address that was not opened, or a page that fell silent, is forgotten."""
BETWEEN_LOOKS = 0.5
"""Seconds until the person hears that the model asks for them."""
LARGEST_REQUEST = 100_000
COOKIE = "coasty_view"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Visit:
    """One address that was given out, and the page that was opened with it."""

    app: AppContext
    machine_id: str
    seen: float
    cookie: str = ""
    """Empty until the address is opened, which works once."""


@dataclass
class LiveViewDoor:
    """Gives out addresses of pages, and serves the pages."""

    address: str = ""
    """Of the server that has the pages under /view. Without one it listens on a port of its own,
    from the first address on until the process ends."""
    now: Callable[[], float] = monotonic
    _visits: dict[str, Visit] = field(default_factory=dict[str, Visit])
    _server: Server | None = None
    _serving: asyncio.Task[None] | None = None

    async def open(self, app: AppContext, machine_id: str) -> str:
        """Return the address of a page for this machine, which can be opened once."""
        if not self.address:
            listener = listen(0)
            self.address = address(listener)
            alone = Starlette(routes=[Mount("/view", self.pages)])
            self._server = guest_server(NamesChecked(alone, allowed_names(Settings())))
            self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        self._forget_old()
        token = token_urlsafe(24)
        self._visits[token] = Visit(app, machine_id, self.now())
        return f"{self.address}/view/{token}"

    @property
    def listens(self) -> bool:
        """Whether its addresses can be opened."""
        return bool(self._serving) and not self._serving.done()

    async def close(self) -> None:
        """Listen no more, and end all connections."""
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving

    @cached_property
    def pages(self) -> Starlette:
        """The pages of all addresses, for whoever has checked Host and Origin."""
        return Starlette(
            routes=[
                Route("/{token}", self._page),
                Route("/{token}/ask", self._ask, methods=["POST"]),
            ]
        )

    def _visit(self, request: Request) -> Visit | None:
        """Return the visit of an address, unless it was left alone for too long."""
        self._forget_old()
        return self._visits.get(request.path_params["token"])

    def _forget_old(self) -> None:
        for token in [key for key, each in self._visits.items() if self._is_over(each)]:
            del self._visits[token]

    def _is_over(self, visit: Visit) -> bool:
        return self.now() - visit.seen > IDLE

    async def _page(self, request: Request) -> Response:
        if request.method == "HEAD":  # who looks whether there is something opens nothing
            return Response(headers=HEADERS)
        visit = self._visit(request)
        if not visit or (visit.cookie and not _is_of(visit, request)):
            return PlainTextResponse(
                "This address was opened already, or is too old: ask for a new one.\n", 403
            )
        response = HTMLResponse(page(), headers=HEADERS)
        visit.cookie, visit.seen = visit.cookie or token_urlsafe(24), self.now()
        response.set_cookie(
            COOKIE, visit.cookie, path=request.url.path, httponly=True, samesite="strict"
        )
        return response

    async def _ask(self, request: Request) -> Response:
        visit = self._visit(request)
        if not visit or not _is_of(visit, request):
            return _refusal("This page is too old: ask for a new address.", 403)
        if not _is_from_page(request):
            return _refusal("Only the page itself may ask.", 403)
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refusal("Send JSON.", 415)
        visit.seen = self.now()
        with visit.app.budget.billing(), secrets_of_caller(visit.app.shown_once):
            try:
                facts, picture = await answer(visit.app, await _asked(request, visit.machine_id))
            except (ValidationError, ValueError, RecursionError, ClientDisconnect):
                return _refusal("The page asks for what there is not.", 400)
            except CoastyError as error:
                return _refusal(error.facts["message"], 409)  # the advice is for a model
            except asyncio.CancelledError:  # only the end of the event loop cancels a request
                return _refusal("The server has ended.", 503)
        shown = picture and {"type": picture.mime_type, "data": picture.base64}
        return JSONResponse({"facts": facts, "picture": shown}, headers=HEADERS)


async def _asked(request: Request, machine_id: str) -> PageRequest:
    """Return what the page asks, of the machine that its address is for."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_REQUEST:
            raise ValueError
    asked: Any = json.loads(body)
    if not isinstance(asked, dict):
        raise ValueError
    return PageRequest.model_validate({**asked, "machine_id": machine_id})


async def view_machine(
    app: AppContext, machine: str, show: Callable[[str], object], ring: Callable[[str], object]
) -> None:
    """Serve the page for one machine, by id or name, until the process is told to end.

    Args:
        app: the state of the user's key.
        machine: its id or its name, or `THIS_COMPUTER`.
        show: is told the address.
        ring: is told what a model asks the person, each time that it asks something else.

    Raises:
        CoastyError: no machine, or more than one, is called so; or it may not be watched.
    """
    door = LiveViewDoor()
    try:
        machine_id = await _watched(app, machine)
        show(await door.open(app, machine_id))
        wanted = ""
        while door.listens:
            if (now := app.control.of(machine_id).wanted) and now != wanted:
                ring(now)
            wanted = now
            await app.sleep(BETWEEN_LOOKS)
    finally:
        await app.close()


async def _watched(app: AppContext, machine: str) -> str:
    if machine != THIS_COMPUTER:
        return await machine_id_of(app.api, machine)
    require_own_screen(app.settings)
    return machine


def _is_of(visit: Visit, request: Request) -> bool:
    sent = request.cookies.get(COOKIE, "")
    return bool(visit.cookie) and compare_digest(sent.encode(), visit.cookie.encode())


def _is_from_page(request: Request) -> bool:
    """Return whether the page that asks, where the browser tells, is the one of this address."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers["host"]


def _refusal(why: str, status: int) -> Response:
    return JSONResponse({"error": why}, status, headers=HEADERS)
