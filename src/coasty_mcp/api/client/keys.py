"""API keys and stored model-provider keys: `/keys`, `/llm/keys`."""

from ..wire import keys as wire
from ..wire.predict import Provider
from .paths import segment
from .transport import Transport


class Keys:
    """Keys of the account, and of model providers. No tool offers them."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def create(self, key: wire.CreateKey) -> wire.NewKey:
        """Mint a key. It is in this reply only."""
        return await self._send("POST", "/keys", wire.NewKey, body=key)

    async def list(self) -> wire.KeyList:
        """List the keys by their first 16 characters."""
        return await self._send("GET", "/keys", wire.KeyList)

    async def revoke(self, key_id: str) -> wire.RevokedKey:
        """Revoke a key for good."""
        return await self._send(
            "DELETE", f"/keys/{segment(key_id)}", wire.RevokedKey, known={"key_id": key_id}
        )

    async def list_llm_keys(self) -> wire.LlmKeyList:
        """List the stored provider keys by their fingerprints; live keys only."""
        return await self._send("GET", "/llm/keys", wire.LlmKeyList)

    async def store_llm_key(self, provider: Provider, key: wire.StoreLlmKey) -> wire.LlmKeyStored:
        """Store a model provider's key; what comes back is its fingerprint."""
        return await self._send(
            "PUT",
            f"/llm/keys/{segment(provider)}",
            wire.LlmKeyStored,
            body=key,
            known={"provider": provider},
        )

    async def delete_llm_key(self, provider: Provider) -> wire.LlmKeyDeleted:
        """Delete a model provider's key; LlmKeyNotFound without one."""
        return await self._send("DELETE", f"/llm/keys/{segment(provider)}", wire.LlmKeyDeleted)
