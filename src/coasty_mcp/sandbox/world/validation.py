"""What is wrong with a request, said in the API's way: in words, and as `details`."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ...api.errors import CoastyError, InvalidRequest, LlmProviderUnsupported


def invalid_request(
    message: str, *place: str, kind: str = "value_error", **context: Any
) -> InvalidRequest:
    """One thing is wrong; `place` is where: `body, ttl_minutes`."""
    details = [{"loc": list(place), "msg": message, "type": kind}]
    return InvalidRequest(message, details=details, **context)


def refuse_repeats(values: Sequence[str] | None, field: str) -> None:
    if values and len(set(values)) < len(values):
        raise invalid_request(f"{field} must not repeat themselves.", "body", field)


def invalid_body(error: ValidationError) -> CoastyError:
    """All that is wrong with a body."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    if any(problem["loc"] == ("llm", "provider") for problem in problems):
        return LlmProviderUnsupported("llm.provider must be managed, anthropic or openai.")
    details = [
        {"loc": ["body", *problem["loc"]], "msg": problem["msg"], "type": problem["type"]}
        for problem in problems
    ]
    words = [f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['msg']}" for p in problems]
    return InvalidRequest(f"{'; '.join(words)}.", details=details)
