"""The request cannot be carried out as it is: 400, 413 and 422."""

from .base import ApiError


class InvalidLimit(ApiError):
    """The `limit` of a list is not within 1 to 200."""

    code, status, kind = "INVALID_LIMIT", 400, "validation_error"
    advice = "Give a limit from 1 to 200."


class InvalidStatusFilter(ApiError):
    """The `status` that a list was to be filtered by does not exist."""

    code, status, kind = "INVALID_STATUS_FILTER", 400, "validation_error"

    def advise(self) -> str:
        return f"Give one of: {', '.join(self.facts.get('valid_options', []))}."


class FeatureNotAvailable(ApiError):
    """The feature is not for this account, this machine or this mode of the key."""

    code, status, kind = "FEATURE_NOT_AVAILABLE", 400, "validation_error"
    advice = "This account or key mode does not have it: go on without it."

    def advise(self) -> str:
        """Return what a machine without a desktop can do, where the call was to a machine."""
        if "machine_id" not in self.given:
            return self.advice
        return (
            "A machine without a desktop has coasty_run_terminal_command; one that "
            "coasty_provision_machine starts has a desktop. Otherwise this account or key mode "
            "does not have it."
        )


class EmptyUpdate(ApiError):
    """The update names nothing to change."""

    code, status, kind = "EMPTY_UPDATE", 400, "validation_error"
    advice = "Name at least one thing to change."


class PayloadTooLarge(ApiError):
    """The body of the request is larger than the API accepts."""

    code, status, kind = "PAYLOAD_TOO_LARGE", 413, "validation_error"
    advice = "Send less: a picture may have 10 MB of base64, a webhook body 1 MB."


class InvalidRequest(ApiError):
    """The arguments are wrong, as the API or this server says."""

    code, status, kind = "VALIDATION_ERROR", 422, "validation_error"
    advice = "Correct that and call again."


class InvalidScreenshot(ApiError):
    """The screenshot cannot be read as a picture, or is too large."""

    code, status, kind = "INVALID_SCREENSHOT", 422, "validation_error"
    advice = "Give a PNG, JPEG or WebP picture, or let the server take it: pass machine_id."

    def advise(self) -> str:
        """Return another source of the picture than the one that was given."""
        if "screenshot_id" in self.given:
            return "Take another screenshot, and pass its screenshot_id."
        if "machine_id" in self.given:
            return "Look at the machine with coasty_take_machine_screenshot: its screen may be off."
        return self.advice


class LlmProviderUnsupported(ApiError):
    """The model provider is none of those that the API works with."""

    code, status, kind = "LLM_PROVIDER_UNSUPPORTED", 422, "validation_error"
    advice = "The providers are anthropic and openai."


class LlmModelInvalid(ApiError):
    """The provider has no model of that name."""

    code, status, kind = "LLM_MODEL_INVALID", 422, "validation_error"
    advice = "Name a model that coasty_list_models has, or leave the model out."


class LlmKeyNotConfigured(ApiError):
    """The request asks for a provider of which the account has stored no key."""

    code, status, kind = "LLM_KEY_NOT_CONFIGURED", 422, "validation_error"
    advice = "Store a key of that provider first, or use the managed models."
