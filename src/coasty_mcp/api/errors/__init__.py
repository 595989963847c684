"""What can go wrong, and what to do about it.

CoastyError is anything this package raises on purpose. `local` has the errors that the API did
not report, the other files one class for each documented code, by its HTTP status; the sandbox
answers from the same classes.
"""

from collections.abc import Iterator
from typing import Any

from .access import (
    InsufficientCredits,
    InsufficientScope,
    InvalidApiKey,
    InvalidSignature,
    LlmProviderRateLimited,
    RateLimited,
    RateLimitExceeded,
    TooManyRuns,
    WalletExhausted,
)
from .base import ApiError, CoastyError
from .conflicts import (
    IdempotencyAlreadyRefunded,
    IdempotencyInFlight,
    IdempotencyKeyReused,
    InvalidState,
    NotAwaitingHuman,
    ResumeConflict,
    ScheduleInactive,
)
from .envelope import code_of, context_of, message_of
from .invalid import (
    EmptyUpdate,
    FeatureNotAvailable,
    InvalidLimit,
    InvalidRequest,
    InvalidScreenshot,
    InvalidStatusFilter,
    LlmKeyNotConfigured,
    LlmModelInvalid,
    LlmProviderUnsupported,
    PayloadTooLarge,
)
from .local import (
    ActionBlocked,
    Bug,
    CannotConnect,
    CommandFailed,
    ConsentRefused,
    HumanInControl,
    NoAnswer,
    NotConfigured,
    OutcomeUnknown,
    SpendLimit,
    StoppedByPerson,
    UnexpectedReply,
    UnknownTool,
    Unreachable,
    UnreadableReply,
)
from .not_found import (
    LlmKeyNotFound,
    MachineNotFound,
    NotFound,
    RunNotFound,
    SessionNotFound,
    WorkflowNotFound,
)
from .outages import (
    BillingUnavailable,
    DbUnavailable,
    GroundingFailed,
    InternalError,
    PredictionFailed,
    ServiceUnavailable,
    SnapshotOutcomeUnknown,
    UpstreamError,
    UpstreamTimeout,
    UpstreamUnavailable,
)

__all__ = [
    "BY_CODE",
    "ActionBlocked",
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
    "HumanInControl",
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
    "LlmModelInvalid",
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
    "ScheduleInactive",
    "ServiceUnavailable",
    "SessionNotFound",
    "SnapshotOutcomeUnknown",
    "SpendLimit",
    "StoppedByPerson",
    "TooManyRuns",
    "UnexpectedReply",
    "UnknownTool",
    "Unreachable",
    "UnreadableReply",
    "UpstreamError",
    "UpstreamTimeout",
    "UpstreamUnavailable",
    "WalletExhausted",
    "WorkflowNotFound",
    "from_envelope",
    "is_gone",
]


def _below(error: type[CoastyError]) -> Iterator[type[CoastyError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)


BY_CODE = {error.code: error for error in _below(ApiError)}
"""The class of each code that the API reports."""
OURS = {error.code: error for error in _below(CoastyError) if error.code not in BY_CODE}
"""The codes of this server's own errors, which no API can report."""


def from_envelope(status: int, envelope: dict[str, Any]) -> CoastyError:
    """Return the error that the `error` object of an API reply stands for, whatever is in it."""
    code, context = code_of(envelope, OURS), context_of(envelope)
    message = message_of(envelope, context.get("details"))
    context |= {"code": code, "status": status}
    return BY_CODE.get(code, ApiError)(message, **context)


def is_gone(error: CoastyError) -> bool:
    """Return whether the API says that what was to be removed does not exist (any more)."""
    status, state = error.facts.get("status"), error.facts.get("current_state", "terminated")
    gone = status == 404 or (status == 409 and state in ("terminated", "deleting"))
    return gone and isinstance(error, ApiError)
