"""Why a connection failed, and what mends that."""

import socket
import ssl

import httpx2

from ..api.errors import CoastyError
from ..settings import Settings, variable
from .proxy import check_proxy

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


def fix_of(error: CoastyError, settings: Settings) -> str:
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
