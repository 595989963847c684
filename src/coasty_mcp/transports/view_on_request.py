"""The live view, whose code is loaded with the first page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ..server.context import AppContext
    from .live_view import LiveViewDoor


@dataclass
class ViewOnRequest:
    """Makes the door of the live view when a page is asked for."""

    address: str = ""
    """Of the server that serves the pages; without one they get a port of their own."""
    _door: LiveViewDoor | None = None

    async def open(self, app: AppContext, machine_id: str) -> str:
        """Return the address of a page for this machine, which can be opened once."""
        from .live_view import LiveViewDoor

        self._door = self._door or LiveViewDoor(self.address)
        return await self._door.open(app, machine_id)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the pages, once there are any."""
        from starlette.responses import PlainTextResponse

        pages = self._door.pages if self._door else PlainTextResponse("Not Found", 404)
        await pages(scope, receive, send)
