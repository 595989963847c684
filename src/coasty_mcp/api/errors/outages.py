"""The API, or what it depends on, failed: 500 to 504."""

from .base import ApiError


class InternalError(ApiError):
    """The API failed in a way that it did not foresee."""

    code, status, kind, retryable = "INTERNAL_ERROR", 500, "server_error", True
    advice = "Call again in a minute; if it stays, quote the request id to Coasty's support."


class PredictionFailed(ApiError):
    """The model gave no usable prediction; the request was refunded."""

    code, status, kind, retryable = "PREDICTION_FAILED", 500, "server_error", True
    advice = "Nothing was charged: call again without idempotency_key."


class GroundingFailed(PredictionFailed):
    """The model gave no usable point; the request was refunded."""

    code = "GROUNDING_FAILED"


class UpstreamError(ApiError):
    """A service behind the API answered with an error."""

    code, status, kind, retryable = "UPSTREAM_ERROR", 502, "server_error", True
    advice = "Wait a minute and call again."


class UpstreamUnavailable(UpstreamError):
    """A service behind the API is down."""

    code, status = "UPSTREAM_UNAVAILABLE", 503


class ServiceUnavailable(UpstreamError):
    """The API is down or starting."""

    code, status = "SERVICE_UNAVAILABLE", 503


class DbUnavailable(UpstreamError):
    """The API's database is down."""

    code, status = "DB_UNAVAILABLE", 503


class BillingUnavailable(ApiError):
    """The API could not charge the account, so nothing was done."""

    code, status, kind = "BILLING_UNAVAILABLE", 503, "server_error"
    advice = "Nothing was charged. Wait a minute and call again."


class SnapshotOutcomeUnknown(ApiError):
    """The snapshot was asked for, and nobody knows whether it was taken."""

    code, status, kind = "SNAPSHOT_OUTCOME_UNKNOWN", 503, "server_error"
    advice = "The snapshot may exist: look at the machine before you ask for another."


class UpstreamTimeout(UpstreamError):
    """A service behind the API did not answer in time."""

    code, status = "UPSTREAM_TIMEOUT", 504
