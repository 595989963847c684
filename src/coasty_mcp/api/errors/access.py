"""The key, its scopes, its balance or its rate does not allow the request: 401, 402, 403, 429."""

from .base import DEVELOPERS, ApiError


class InvalidApiKey(ApiError):
    """The key is missing, malformed, unknown or revoked."""

    code, status, kind = "INVALID_API_KEY", 401, "auth_error"
    advice = f"Set COASTY_API_KEY to a key from {DEVELOPERS}, without the word Bearer."


class InvalidSignature(ApiError):
    """The signature of a trigger's webhook is wrong, or too old."""

    code, status, kind = "INVALID_SIGNATURE", 401, "auth_error"
    advice = "Sign the raw body with the trigger's own secret and the current time."


class InsufficientCredits(ApiError):
    """The balance is less than the `required` credits; nothing was done."""

    code, status, kind = "INSUFFICIENT_CREDITS", 402, "billing_error"

    def advise(self) -> str:
        required, balance = self.facts.get("required"), self.facts.get("balance")
        sums = f"It needs {required} credits and {balance} are left. " if required else ""
        return f"{sums}Ask the user to add funds, or to use a sk-coasty-test- key, which is free."


class WalletExhausted(InsufficientCredits):
    """The balance ran out while a run was at work."""

    code = "WALLET_EXHAUSTED"


class InsufficientScope(ApiError):
    """The key does not have the `required_scope`."""

    code, status, kind = "INSUFFICIENT_SCOPE", 403, "auth_error"

    def advise(self) -> str:
        lacks, has = self.facts.get("required_scope"), self.facts.get("current_scopes")
        scope = (
            f"It lacks the scope {lacks} (it has {', '.join(has or ['none'])}). " if lacks else ""
        )
        return (
            f"{scope}Ask the user to mint a key with that scope at {DEVELOPERS}; "
            "keys are not upgraded in place."
        )


class LlmProviderRateLimited(ApiError):
    """The model provider refused the request because there were too many."""

    code, status, kind, retryable = "LLM_PROVIDER_RATE_LIMITED", 429, "rate_limit_error", True
    advice = "The model provider is busy: wait a minute and call again."


class RateLimited(ApiError):
    """The key sent too many requests; `retry_after` says how many seconds to wait."""

    code, status, kind, retryable = "RATE_LIMITED", 429, "rate_limit_error", True

    def advise(self) -> str:
        seconds = self.facts.get("retry_after")
        return f"Wait {seconds:g} s and call again." if seconds else "Wait a minute and call again."


class RateLimitExceeded(RateLimited):
    """The key sent too many requests, in the word of the OpenAPI document."""

    code = "RATE_LIMIT_EXCEEDED"


class TooManyRuns(RateLimited):
    """As many runs are at work as the account may have at once."""

    code = "TOO_MANY_RUNS"
