"""The HTTP client that all calls of a server share."""

from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

from httpx2 import AsyncClient, InvalidURL, Limits, Timeout

from ..api.errors import CannotConnect
from ..settings import Settings

POOL = Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=30)
"""Keeps connections open while a model thinks: another TLS handshake takes longer than a call.
Load balancers close them after 60 s."""


class HttpConnection:
    """Makes the HTTP client at the first request: reading the trusted certificates is slow.

    A client that is passed in is not closed.
    """

    def __init__(self, settings: Settings, given: AsyncClient | None = None) -> None:
        self._settings, self._given = settings, given

    @cached_property
    def http(self) -> AsyncClient:
        return self._given or connect(self._settings)

    async def close(self) -> None:
        if "http" in vars(self) and not self._given:
            await self.http.aclose()
            del self.http


def connect(settings: Settings) -> AsyncClient:
    """Return an HTTP client for the API that the settings name, or for the in-process sandbox.

    Raises:
        CannotConnect: the proxies or certificates that the environment names cannot be used.
    """
    if settings.sandbox:
        from ..sandbox import World, sandbox_client

        world = World(desktops=settings.sandbox_desktop, network=settings.sandbox_network)
        return sandbox_client(world)
    try:
        return _client(settings)
    except ImportError as error:
        raise CannotConnect("A SOCKS proxy cannot be used, only an HTTP proxy.") from error
    except (ValueError, InvalidURL) as error:
        raise CannotConnect("The address of a proxy or of the API is no URL.") from error
    except OSError as error:
        raise CannotConnect("The certificates to trust cannot be read.") from error


def _client(settings: Settings) -> AsyncClient:
    headers = {"User-Agent": f"coasty-mcp/{version('coasty-mcp')}"}
    if settings.api_key:
        headers["X-API-Key"] = settings.api_key.get_secret_value()
    timeout = Timeout(settings.timeout, connect=10)
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # callers would share them
    return AsyncClient(
        base_url=settings.base_url,
        headers=headers,
        timeout=timeout,
        limits=POOL,
        cookies=no_cookies,
    )
