"""The API key that a caller sends over HTTP, and the SDK's user that it stands for."""

import re
from collections.abc import Mapping
from hashlib import sha256

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken

KEY_FORMAT = re.compile(r"(sk-coasty-(live|test)-|cua_sk_)[0-9A-Za-z_-]{8,128}")


def sent_key(headers: Mapping[str, str]) -> str | None:
    """The key in X-API-Key, or in Authorization after the word Bearer; None if it is no key."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    key = headers.get("X-API-Key", bearer)
    return key if KEY_FORMAT.fullmatch(key) else None


def authenticated_user(key: str) -> AuthenticatedUser:
    """For the SDK, which ties sessions and request states to it; its name does not tell the key."""
    name = sha256(key.encode()).hexdigest()
    return AuthenticatedUser(AccessToken(token=key, client_id=name, scopes=[]))
