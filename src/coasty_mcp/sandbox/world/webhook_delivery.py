"""Signed webhooks: what the sandbox tells a listener, which must be on this computer."""

import json
from ipaddress import ip_address
from typing import Any

import httpx2

from ...api.webhooks import SIGNATURE_HEADER, sign
from .state import World
from .validation import invalid_request

PAUSES = (0.1, 0.5)  # seconds, before the second and the third attempt
NOT_SENT = "The sandbox sends webhooks to this computer alone: this run's listener hears nothing."
PATIENCE = 5.0  # seconds


class Webhook:
    """One listener, and the secret that it shares with us."""

    def __init__(self, world: World, url: httpx2.URL) -> None:
        self._world, self._url = world, url
        self.secret = f"whsec_{world.random_hex('whsec', 64)}"

    @property
    def note(self) -> str | None:
        """The reason why the listener will hear nothing; None if it will be told."""
        return None if _is_local(self._url) else NOT_SENT

    def post(self, event: str, **payload: Any) -> None:
        """Tell it in the background; nobody waits for the listener, or minds if it is down.

        The sandbox sends nothing off this machine: other listeners hear nothing.
        """
        if _is_local(self._url):
            body = json.dumps({"event": event, **payload}).encode()
            self._world.background.start(self._deliver(body))

    async def _deliver(self, body: bytes) -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
            for pause in (*PAUSES, None):
                if await self._delivered(http, body) or pause is None:
                    return
                await self._world.sleep(pause)

    async def _delivered(self, http: httpx2.AsyncClient, body: bytes) -> bool:
        signature = sign(self.secret, body, int(self._world.now().timestamp()))
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        try:
            return (await http.post(self._url, content=body, headers=headers)).is_success
        except httpx2.RequestError:
            return False


def new_webhook(world: World, url: str | None) -> Webhook | None:
    """Return the listener at that URL, https or http on this machine; None without a URL."""
    if url is None:
        return None
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        parsed = httpx2.URL()
    if parsed.host and (parsed.scheme == "https" or _is_local(parsed)):
        return Webhook(world, parsed)
    message = "webhook_url must be an https URL, or an http one on a loopback address."
    raise invalid_request(message, "body", "webhook_url")


def _is_local(url: httpx2.URL) -> bool:
    return url.scheme in ("http", "https") and is_loopback(url.host)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address, without a port, means this computer."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
