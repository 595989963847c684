"""What is wrong with a request, said in the API's way: in words, and as `details`."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ...api.errors import CoastyError, InvalidRequest, LlmProviderUnsupported

MOST_ENTRIES, LONGEST_NAME, LONGEST_VALUE = 16, 64, 256  # of metadata


def invalid_request(
    message: str, *place: str, kind: str = "value_error", **context: Any
) -> InvalidRequest:
    """Return the error for one thing that is wrong; `place` is where: `body`, `ttl_minutes`."""
    details = [{"loc": list(place), "msg": message, "type": kind}]
    return InvalidRequest(message, details=details, **context)


def refuse_repeats(values: Sequence[str] | None, field: str) -> None:
    if values and len(set(values)) < len(values):
        raise invalid_request(f"{field} must not repeat themselves.", "body", field)


def invalid_body(error: ValidationError) -> CoastyError:
    """Return one error that says all that is wrong with a body."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    if any(problem["loc"] == ("llm", "provider") for problem in problems):
        return LlmProviderUnsupported("llm.provider must be managed, anthropic or openai.")
    details = [
        {"loc": ["body", *problem["loc"]], "msg": problem["msg"], "type": problem["type"]}
        for problem in problems
    ]
    words = [f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['msg']}" for p in problems]
    return InvalidRequest(f"{'; '.join(words)}.", details=details)


def check_metadata(metadata: Mapping[str, str] | None) -> None:
    """Check the labels of a machine or a schedule.

    Raises:
        InvalidRequest: they are too many or too long.
    """
    entries = (metadata or {}).items()
    fits = all(len(name) <= LONGEST_NAME and len(value) <= LONGEST_VALUE for name, value in entries)
    if len(entries) > MOST_ENTRIES or not fits:
        message = "metadata may have 16 entries, their names 64 and their values 256 characters."
        raise invalid_request(message, "body", "metadata", kind="too_long")
