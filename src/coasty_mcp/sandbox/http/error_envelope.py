"""The error envelope: the same for every failure, whoever noticed it."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ...api.errors import ApiError, CoastyError, NotFound

DOCS = "https://coasty.ai/api-docs#errors"


def error_response(
    error: CoastyError, headers: dict[str, str], *, repeatable: bool
) -> JSONResponse:
    """`repeatable`: the request carried an idempotency key that still stands for it."""
    facts = {name: fact for name, fact in error.facts.items() if fact not in ("", None)}
    status = facts.pop("status")
    request_id = headers["X-Coasty-Request-Id"]
    promised = {
        "request_id": request_id,
        "retry_with_same_idempotency_key": repeatable and facts["retryable"],
        "docs_url": DOCS,
    }
    headers = {**headers, "Link": f'<{DOCS}>; rel="help"'}
    if "retry_after" in facts:
        headers["Retry-After"] = str(facts["retry_after"])
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": {**facts, **promised}}, status, headers)


async def unknown_route(request: Request, error: Exception) -> JSONResponse:
    """For paths and methods that no route takes."""
    headers = {"X-Coasty-Request-Id": request.app.state.world.new_id("req")}
    if isinstance(error, HTTPException) and error.status_code == 405:
        message = f"{request.method} is not possible here."
        wrong = ApiError(message, code="METHOD_NOT_ALLOWED", type="client_error", status=405)
        return error_response(wrong, {**headers, **(error.headers or {})}, repeatable=False)
    return error_response(NotFound(f"There is no {request.url.path}."), headers, repeatable=False)
