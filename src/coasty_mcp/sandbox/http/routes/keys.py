"""Keys to this API, and to those of model providers: `/keys`, `/llm/keys`."""

from ....api.errors import FeatureNotAvailable, NotFound
from ....api.wire import keys as wire
from ...world.api_keys import Minted
from ...world.clock import iso, iso_or_none
from ...world.llm_keys import LlmKeys, Provider, known
from ...world.validation import refuse_repeats
from ..call import Call
from ..dispatch import route

TIER = "professional"
PREFIX = 16  # characters of a key that are shown again


async def create(call: Call) -> wire.NewKey:
    wanted = call.body(wire.CreateKey)
    refuse_repeats(wanted.scopes, "scopes")
    text = call.world.mint(wanted.scopes or wire.DEFAULT_SCOPES, call.key.mode, wanted.name)
    minted = call.world.minted[text]
    return wire.NewKey(
        key=text,
        key_id=minted.id,
        name=minted.name,
        tier=TIER,
        scopes=sorted(minted.key.scopes),
        created_at=iso(minted.created_at),
    )


async def list_all(call: Call) -> wire.KeyList:
    return wire.KeyList(keys=[_item(minted) for minted in reversed(_minted(call))])


async def revoke(call: Call) -> wire.RevokedKey:
    key_id = call.path["key_id"]
    for minted in _minted(call):
        if minted.id == key_id:
            minted.revoked = True
            return wire.RevokedKey(status="ok", key_id=key_id)
    raise NotFound(f"There is no key {key_id}.")


async def list_llm(call: Call) -> wire.LlmKeyList:
    return wire.LlmKeyList(keys=list(_llm_keys(call).stored.values()))


async def store_llm(call: Call) -> wire.LlmKeyStored:
    keys, provider = _llm_keys(call), _provider(call)
    kept = keys.store(provider, call.body(wire.StoreLlmKey).api_key, call.now)
    return wire.LlmKeyStored(provider=provider, key_fingerprint=kept.key_fingerprint, stored=True)


async def delete_llm(call: Call) -> wire.LlmKeyDeleted:
    _llm_keys(call).delete(_provider(call))
    return wire.LlmKeyDeleted(deleted=True)


def _minted(call: Call) -> list[Minted]:
    """Those of the caller's mode that still open something, oldest first."""
    mode = call.key.mode
    return [one for one in call.world.minted.values() if one.key.mode == mode and not one.revoked]


def _item(minted: Minted) -> wire.KeyListItem:
    return wire.KeyListItem(
        key_id=minted.id,
        name=minted.name,
        tier=TIER,
        scopes=sorted(minted.key.scopes),
        created_at=iso(minted.created_at),
        last_used_at=iso_or_none(minted.last_used_at),
        key_prefix=minted.key.text[:PREFIX],
    )


def _llm_keys(call: Call) -> LlmKeys:
    if call.account.is_test:
        raise FeatureNotAvailable("Only live API keys may store keys of model providers.")
    return call.account.area(LlmKeys)


def _provider(call: Call) -> Provider:
    return known(call.path["provider"], "The provider")


SCOPE, LLM_SCOPE = "keys", "llm_keys"

routes = (
    route("POST", "/keys", create, SCOPE, rate_limited=True),
    route("GET", "/keys", list_all, SCOPE, rate_limited=True),
    route("DELETE", "/keys/{key_id}", revoke, SCOPE, rate_limited=True),
    route("GET", "/llm/keys", list_llm, LLM_SCOPE),
    route("PUT", "/llm/keys/{provider}", store_llm, LLM_SCOPE),
    route("DELETE", "/llm/keys/{provider}", delete_llm, LLM_SCOPE),
)
