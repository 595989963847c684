"""The API as the key sees it: reachable, and with which account."""

from collections.abc import AsyncGenerator, Mapping

from ..api.client import Backoff, Coasty, Transport
from ..api.errors import CannotConnect
from ..api.redaction import hide_secret
from ..server.http_client import connect
from ..settings import Settings
from .account import check_account
from .finding import Finding, failed
from .key import check_key
from .network import check_connection
from .proxy import check_certificates, check_proxy

ANSWER_TIMEOUT = 10.0
"""Seconds for an answer of the API."""
ONE_ATTEMPT = Backoff(max_attempts=1, timeout=ANSWER_TIMEOUT + 5)
"""Longer than the timeout of a connection, which says what failed."""
CORRECT_ADDRESS = "Correct COASTY_BASE_URL, HTTPS_PROXY or ALL_PROXY."


async def check_api(settings: Settings, variables: Mapping[str, str]) -> AsyncGenerator[Finding]:
    """Check the key, the connection and the account, as far as each allows the next."""
    key = check_key(settings, variables)
    yield key
    if key.status == "fail":  # never sent
        settings = settings.model_copy(update={"api_key": None})
    elif settings.api_key:
        hide_secret(settings.api_key.get_secret_value())
    if not settings.sandbox:
        yield check_proxy(settings.base_url)
        yield (certificates := check_certificates())
        if certificates.status == "fail":
            return
    try:
        http = connect(settings.model_copy(update={"timeout": ANSWER_TIMEOUT}))
    except CannotConnect as error:
        yield failed("api", error, CORRECT_ADDRESS)
        return
    async with http:
        api = Coasty(Transport(http, ONE_ATTEMPT))
        connection = [finding async for finding in check_connection(http, api, settings)]
        for finding in connection:
            yield finding
        if "fail" in (key.status, connection[0].status):
            return
        async for finding in check_account(api):
            yield finding
