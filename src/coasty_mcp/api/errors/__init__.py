"""What can go wrong, and what to do about it.

CoastyError is anything this package raises on purpose. `local` has the failures that no answer
stands for, `api` one class for each documented code; the sandbox answers from the same classes.
"""

from collections.abc import Iterator
from typing import Any

from .api import (
    ApiError,
    BillingUnavailable,
    DbUnavailable,
    EmptyUpdate,
    FeatureNotAvailable,
    GroundingFailed,
    IdempotencyAlreadyRefunded,
    IdempotencyInFlight,
    IdempotencyKeyReused,
    InsufficientCredits,
    InsufficientScope,
    InternalError,
    InvalidApiKey,
    InvalidLimit,
    InvalidRequest,
    InvalidScreenshot,
    InvalidSignature,
    InvalidState,
    InvalidStatusFilter,
    LlmKeyNotConfigured,
    LlmKeyNotFound,
    LlmProviderRateLimited,
    LlmProviderUnsupported,
    MachineNotFound,
    NotAwaitingHuman,
    NotFound,
    PayloadTooLarge,
    PredictionFailed,
    RateLimited,
    RateLimitExceeded,
    ResumeConflict,
    RunNotFound,
    ServiceUnavailable,
    SessionNotFound,
    SnapshotOutcomeUnknown,
    TooManyRuns,
    UpstreamError,
    UpstreamTimeout,
    UpstreamUnavailable,
    WalletExhausted,
    WorkflowNotFound,
)
from .base import CoastyError
from .local import (
    Bug,
    CannotConnect,
    CommandFailed,
    ConsentRefused,
    NoAnswer,
    NotConfigured,
    OutcomeUnknown,
    SpendLimit,
    UnexpectedReply,
    UnknownTool,
    Unreachable,
)

__all__ = [
    "BY_CODE",
    "ApiError",
    "BillingUnavailable",
    "Bug",
    "CannotConnect",
    "CoastyError",
    "CommandFailed",
    "ConsentRefused",
    "DbUnavailable",
    "EmptyUpdate",
    "FeatureNotAvailable",
    "GroundingFailed",
    "IdempotencyAlreadyRefunded",
    "IdempotencyInFlight",
    "IdempotencyKeyReused",
    "InsufficientCredits",
    "InsufficientScope",
    "InternalError",
    "InvalidApiKey",
    "InvalidLimit",
    "InvalidRequest",
    "InvalidScreenshot",
    "InvalidSignature",
    "InvalidState",
    "InvalidStatusFilter",
    "LlmKeyNotConfigured",
    "LlmKeyNotFound",
    "LlmProviderRateLimited",
    "LlmProviderUnsupported",
    "MachineNotFound",
    "NoAnswer",
    "NotAwaitingHuman",
    "NotConfigured",
    "NotFound",
    "OutcomeUnknown",
    "PayloadTooLarge",
    "PredictionFailed",
    "RateLimitExceeded",
    "RateLimited",
    "ResumeConflict",
    "RunNotFound",
    "ServiceUnavailable",
    "SessionNotFound",
    "SnapshotOutcomeUnknown",
    "SpendLimit",
    "TooManyRuns",
    "UnexpectedReply",
    "UnknownTool",
    "Unreachable",
    "UpstreamError",
    "UpstreamTimeout",
    "UpstreamUnavailable",
    "WalletExhausted",
    "WorkflowNotFound",
    "from_envelope",
]


def _below(error: type[CoastyError]) -> Iterator[type[CoastyError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)


BY_CODE = {error.code: error for error in _below(CoastyError) if error is not ApiError}


def from_envelope(status: int, envelope: dict[str, Any]) -> CoastyError:
    """Return the error that the envelope of an API reply stands for."""
    message = envelope["message"].rstrip(".") + "."
    context: dict[str, Any] = {**envelope, "status": status}
    return BY_CODE.get(context["code"], ApiError)(message, **context)
