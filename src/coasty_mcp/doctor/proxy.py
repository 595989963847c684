"""The proxy and the certificates that the environment sets."""

import os
import re
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from .finding import Finding

CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


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


def without_credentials(url: str) -> str:
    """Return a URL without the user name and the password in it."""
    return re.sub(r"^(\w+://)?.*@", r"\1", url)
