"""API keys and stored model-provider keys: `/keys`, `/llm/keys`."""

from ..wire import keys as wire
from ..wire.predict import Provider
from .transport import Transport


class Keys:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def create(self, key: wire.CreateKey) -> wire.NewKey:
        return await self._send("POST", "/keys", wire.NewKey, body=key)

    async def list(self) -> wire.KeyList:
        return await self._send("GET", "/keys", wire.KeyList)

    async def revoke(self, key_id: str) -> wire.RevokedKey:
        return await self._send("DELETE", f"/keys/{key_id}", wire.RevokedKey)

    async def list_llm_keys(self) -> wire.LlmKeyList:
        return await self._send("GET", "/llm/keys", wire.LlmKeyList)

    async def store_llm_key(self, provider: Provider, key: wire.StoreLlmKey) -> wire.LlmKeyStored:
        return await self._send("PUT", f"/llm/keys/{provider}", wire.LlmKeyStored, body=key)

    async def delete_llm_key(self, provider: Provider) -> wire.LlmKeyDeleted:
        return await self._send("DELETE", f"/llm/keys/{provider}", wire.LlmKeyDeleted)
