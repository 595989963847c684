"""The connection to the API: proxy, certificates, name resolution, speed and clocks."""

import os
import re
import socket
import ssl
import time
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from ..api.client import Coasty
from ..api.errors import CoastyError, UnexpectedReply, Unreachable
from ..settings import Settings, variable
from .finding import Finding, failed

SLOW_ANSWER = 2000  # milliseconds
GREATEST_DRIFT = 60  # seconds
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
EXPIRED_OR_NOT_YET_VALID = {9, 10}  # X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED in OpenSSL
SET_THE_CLOCK = "Set this computer's clock: certificates and signatures depend on it."
BASE_URL = variable("base_url")
FIX_BY_CAUSE: dict[type[BaseException], str] = {
    ssl.SSLError: "If a company's proxy or a virus scanner reads along, put its certificate "
    "into a file and name that in SSL_CERT_FILE.",
    socket.gaierror: f"Check the connection and {BASE_URL}; where only a proxy leads out, set "
    "HTTPS_PROXY.",
    ConnectionRefusedError: f"Check the port in {BASE_URL}, and that something listens there.",
    httpx2.ConnectTimeout: "A firewall may be in between: where only a proxy leads out, set "
    "HTTPS_PROXY.",
}


def check_proxy(url: str) -> Finding:
    """Name the proxy that the environment has for a URL, without its password."""
    address, proxies = urlsplit(url), getproxies()
    used = next((name for name in (address.scheme, "all") if proxies.get(name)), None)
    if not used:
        return Finding("proxy", "ok", "none")
    if proxy_bypass(address.hostname or ""):
        return Finding("proxy", "ok", f"none for {address.hostname}, as NO_PROXY says")
    return Finding("proxy", "ok", f"{without_credentials(proxies[used])} ({used.upper()}_PROXY)")


def check_certificates() -> Finding:
    """Say which certificates are trusted, and whether they can be read."""
    name = next((name for name in CERTIFICATE_VARIABLES if os.environ.get(name)), None)
    if not name:
        return Finding("certificates", "ok", "those of the system")
    found = f"those in {os.environ[name]} ({name})"
    try:
        httpx2.create_ssl_context()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        why = "it is not there" if missing else "there is no certificate in it"
        fix = f"Let {name} name a file or folder with certificates, or unset it."
        return Finding("certificates", "fail", f"{found} cannot be used: {why}", fix)
    return Finding("certificates", "ok", found)


async def check_connection(
    http: httpx2.AsyncClient, api: Coasty, settings: Settings
) -> AsyncGenerator[Finding]:
    """Say whether the API answers, how fast, and whether its clock agrees with ours."""
    dates: list[str] = []

    async def note_date(response: httpx2.Response) -> None:
        dates.append(response.headers.get("Date", ""))

    http.event_hooks = {"response": [note_date]}
    started = time.perf_counter()
    try:
        await api.account.get_health()
    except CoastyError as error:
        if isinstance(error, Unreachable | UnexpectedReply) or error.facts["status"] >= 500:
            yield failed("api", error, _fix(error, settings))
            return
    took = round((time.perf_counter() - started) * 1000)
    address = without_credentials(settings.base_url)
    where = "the sandbox in this process" if settings.sandbox else address
    is_slow = took >= SLOW_ANSWER
    fix = "Screenshots will be slow: try a nearer or faster connection." if is_slow else ""
    yield Finding("api", "warn" if is_slow else "ok", f"{where} answers in {took} ms", fix)
    for drift in _drifts(dates):
        fix = SET_THE_CLOCK if abs(drift) > GREATEST_DRIFT else ""
        found = f"{abs(drift):.0f} s {'behind' if drift > 0 else 'ahead of'} the API's"
        yield Finding("clock", "warn" if fix else "ok", found, fix)


def without_credentials(url: str) -> str:
    """Return a URL without the user name and the password in it."""
    return re.sub(r"^(\w+://)?.*@", r"\1", url)


def _fix(error: CoastyError, settings: Settings) -> str:
    causes = _causes(error)
    if any(getattr(cause, "verify_code", 0) in EXPIRED_OR_NOT_YET_VALID for cause in causes):
        return f"The certificate is not valid now. {SET_THE_CLOCK}"
    fixes = FIX_BY_CAUSE.items()
    known = (fix for kind, fix in fixes if any(isinstance(cause, kind) for cause in causes))
    fix = next(known, str(error.facts["suggestion"]))
    proxy = check_proxy(settings.base_url).found
    return fix if proxy.startswith("none") else f"Look first at the proxy {proxy}. {fix}"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error:
        found.append(error)
        before = (error.__cause__, error.__context__)
        error = next((one for one in before if one and one not in found), None)  # never in circles
    return found


def _drifts(dates: list[str]) -> Iterator[float]:
    """Yield the seconds by which our clock is behind each `Date` header that can be read."""
    for date in dates:
        try:
            yield (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            continue
