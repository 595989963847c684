"""Serving a host, over stdio or HTTP. The MCP SDK is imported only here."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..api.redaction import RedactingFormatter, hide_secret
from ..api.secrets import Secrets
from ..server.fast_import import quick_start
from ..settings import Settings, WrongSetting
from ..transports.redirect import redirect_descriptor
from .options import stop

if TYPE_CHECKING:
    from socket import socket

    from ..server.context import AppContext
    from ..server.mcp_server import CoastyServer
    from ..transports.live_view import LiveViewDoor


def serve(settings: Settings) -> None:
    stdout = redirect_descriptor(1, os.dup(2))  # from here on it is the protocol's alone
    import anyio

    set_up_log(settings)
    view = _LiveView()
    try:
        with quick_start():
            from ..server.build import build_server
            from ..tools.catalog import TOOLSETS

            server = build_server(
                settings, TOOLSETS, secrets=_secrets(settings), open_view=view.open
            )
    except WrongSetting as error:
        stop(error)
    if settings.record_dir:
        click.echo(f"coasty-mcp: recording into {settings.record_dir}", err=True)
    if settings.transport == "stdio":
        from ..transports.stdio import serve_stdio

        anyio.run(serve_stdio, server, stdout)
    else:
        _serve_web(server, settings, view)
    if machines := server.still_running():
        names = ", ".join(machines)
        click.echo(f"coasty-mcp: still running, and costing money: {names}.", err=True)


@dataclass
class _LiveView:
    """The door of the live view, whose code is loaded with the first page."""

    address: str = ""
    """Of the server that serves its pages; without one they get a port of their own."""
    door: LiveViewDoor | None = None

    async def open(self, app: AppContext, machine_id: str) -> str:
        from ..transports.live_view import LiveViewDoor

        self.door = self.door or LiveViewDoor(self.address)
        return await self.door.open(app, machine_id)


def _secrets(settings: Settings) -> Secrets:
    """Read what stands for placeholders; the code for it is loaded where there is any."""
    if not (settings.secrets_file or settings.secrets_command):
        return Secrets()
    from ..hosts.launcher import output_of
    from ..server.secret_sources import read_secrets

    return read_secrets(settings, output_of)


def _serve_web(server: CoastyServer, settings: Settings, view: _LiveView) -> None:
    from ..transports.http import build_web_app
    from ..transports.web_server import address, serve, until_interrupted

    app = build_web_app(server, settings, lambda: view.door and view.door.pages)
    path = "/sse" if settings.transport == "sse" else "/mcp"
    listener = listen_on(settings.port, settings.host)
    view.address = address(listener)
    with until_interrupted():
        click.echo(f"Serving {address(listener)}{path}", err=True)
        serve(app, listener, drain=settings.timeout if settings.allow_remote else 0)


def listen_on(port: int, host: str = "127.0.0.1") -> socket:
    from ..transports.web_server import listen

    try:
        return listen(port, host)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        stop(f"port {port} cannot be used ({reason}). Choose another with --port.", 1)


def set_up_log(settings: Settings) -> None:
    """Log to stderr or a file, never to stdout: that belongs to the protocol."""
    try:
        handler = logging.FileHandler(settings.log_file) if settings.log_file else None
    except OSError as error:
        stop(WrongSetting(f"--log-file (COASTY_LOG_FILE) cannot be written: {error.strerror}."))
    handler = handler or logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    if settings.api_key:
        hide_secret(settings.api_key.get_secret_value())
    for noisy in ("httpx2", "httpcore2"):  # a line for each request: slow, with ids in the URL
        logging.getLogger(noisy).setLevel(logging.WARNING)
