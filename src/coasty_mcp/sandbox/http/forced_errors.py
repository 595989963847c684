"""Errors on demand: `X-Sandbox-Force-Error: CODE` answers with that error, for trying it."""

from typing import Any

from ...api.errors import BY_CODE
from ..world.validation import invalid_request
from .call import Call
from .received_screenshots import LIMITS

HEADER = "X-Sandbox-Force-Error"
SUMS = {"required": 5, "balance": 2}
PASSING = (
    "IDEMPOTENCY_IN_FLIGHT",
    "LLM_PROVIDER_RATE_LIMITED",
    "RATE_LIMITED",
    "RATE_LIMIT_EXCEEDED",
    "TOO_MANY_RUNS",
    "UPSTREAM_UNAVAILABLE",
    "SERVICE_UNAVAILABLE",
    "DB_UNAVAILABLE",
)
CONTEXT: dict[str, dict[str, Any]] = {
    **{code: {"retry_after": 1} for code in PASSING},
    "INVALID_LIMIT": {"actual": 500, "min": 1, "max": 200},
    "INVALID_STATUS_FILTER": {"valid_options": ["running", "completed", "failed"]},
    "INSUFFICIENT_CREDITS": SUMS,
    "WALLET_EXHAUSTED": SUMS,
    "INVALID_STATE": {"current_state": "stopped", "allowed_from": ["running"]},
    "NOT_AWAITING_HUMAN": {"current_state": "running", "allowed_from": ["awaiting_human"]},
    "RESUME_CONFLICT": {"current_state": "running", "allowed_from": ["awaiting_human"]},
    "PAYLOAD_TOO_LARGE": {"examples": LIMITS},
    "VALIDATION_ERROR": {"details": []},
    "INVALID_SCREENSHOT": {"examples": LIMITS},
}
FORCIBLE = {code: error for code, error in BY_CODE.items() if error.status}


def raise_forced_error(call: Call) -> None:
    code = call.request.headers.get(HEADER)
    if code is None:
        return
    if code not in FORCIBLE:
        raise invalid_request(f"There is no error {code} to force.", "header", HEADER, kind="enum")
    context = CONTEXT.get(code, {})
    if code == "INSUFFICIENT_SCOPE" and call.identity:
        current = sorted(call.identity.scopes - {"predict"})
        context = {"required_scope": "predict", "current_scopes": current}
    raise FORCIBLE[code](f"{code} was asked for.", **context)
