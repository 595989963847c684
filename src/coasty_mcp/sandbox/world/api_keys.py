"""API keys: how one is sent, what it looks like, and what it may do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from ...api.errors import InsufficientScope, InvalidApiKey
from ...api.wire.keys import Scope

SANDBOX_KEY = "sk-coasty-test-" + "0" * 48
SHAPES = {
    "test": re.compile(r"sk-coasty-test-[0-9a-f]+"),
    "live": re.compile(r"sk-coasty-live-[0-9a-f]+"),
    "legacy": re.compile(r"cua_sk_[0-9a-f]+"),
}
SCOPES = frozenset[str](get_args(Scope))

Mode = Literal["test", "live"]


@dataclass(frozen=True)
class Key:
    text: str
    kind: str
    """test, live or legacy."""
    scopes: frozenset[str] = SCOPES

    @property
    def mode(self) -> Mode:
        """The mode whose things the key sees; a legacy key is a live one."""
        return "test" if self.kind == "test" else "live"

    def permit(self, *scopes: str) -> None:
        """Refuse the first scope that this key lacks."""
        for scope in scopes:
            if scope not in self.scopes:
                message = f"This key lacks the scope {scope}."
                current = sorted(self.scopes)
                raise InsufficientScope(message, required_scope=scope, current_scopes=current)


@dataclass
class Minted:
    """What is kept of a key that was minted here."""

    key: Key
    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked: bool = False

    def use(self, now: datetime) -> Key:
        if self.revoked:
            raise InvalidApiKey("This API key was revoked.")
        self.last_used_at = now
        return self.key


def sent_key(headers: Mapping[str, str]) -> str:
    """Return the key in X-API-Key, or in Authorization after the word Bearer."""
    if "X-API-Key" in headers:
        return headers["X-API-Key"]
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise InvalidApiKey("There is no API key in X-API-Key or Authorization.")
    return text.strip()


def unminted(text: str) -> Key:
    """Return a key of the right shape, which may do everything."""
    if text.startswith("Bearer "):
        raise InvalidApiKey("X-API-Key holds the word Bearer; it belongs into Authorization only.")
    for kind, shape in SHAPES.items():
        if shape.fullmatch(text):
            return Key(text, kind)
    raise InvalidApiKey("This is no API key: keys start with sk-coasty-test- or sk-coasty-live-.")
