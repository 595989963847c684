"""The stored API keys of model providers, one for each provider."""

import hashlib
from datetime import datetime
from typing import Literal

from ...api.errors import LlmKeyNotFound, LlmProviderUnsupported
from ...api.wire.keys import LlmKeyListItem
from .clock import iso
from .state import Account, Area

Provider = Literal["anthropic", "openai"]

PROVIDERS: tuple[Provider, ...] = ("anthropic", "openai")
FINGERPRINT = 16  # hex digits


class LlmKeys(Area):
    """The stored keys of model providers, without the keys: no model is ever asked."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.stored: dict[str, LlmKeyListItem] = {}

    def store(self, provider: Provider, api_key: str, now: datetime) -> LlmKeyListItem:
        earlier = self.stored.get(provider)
        self.stored[provider] = LlmKeyListItem(
            provider=provider,
            key_fingerprint=hashlib.sha256(api_key.encode()).hexdigest()[:FINGERPRINT],
            created_at=earlier.created_at if earlier else iso(now),
            updated_at=iso(now),
        )
        return self.stored[provider]

    def delete(self, provider: Provider) -> None:
        if provider not in self.stored:
            raise LlmKeyNotFound(f"There is no stored key for {provider}.")
        del self.stored[provider]


def known(provider: str | None, place: str) -> Provider:
    if provider in PROVIDERS:
        return provider
    raise LlmProviderUnsupported(f"{place} must be anthropic or openai.")
