"""Which model provider a request asks for, and whether there is a key for it."""

from ...api.errors import LlmKeyNotConfigured
from ...api.wire.predict import LlmConfig
from ..world.llm_keys import PROVIDERS, LlmKeys, known
from .call import Call


def check_llm(call: Call, config: LlmConfig) -> None:
    """The simulation asks no model: it only refuses what the API would refuse."""
    headers = call.request.headers
    sent, key = headers.get("X-LLM-Provider"), headers.get("X-LLM-Api-Key")
    provider = known(sent, "X-LLM-Provider") if sent or key else config.provider
    if provider in PROVIDERS and not key and provider not in call.account.area(LlmKeys).stored:
        raise LlmKeyNotConfigured(f"There is no key for {provider}.")
