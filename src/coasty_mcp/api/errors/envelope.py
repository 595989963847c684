"""The error that an envelope of the API stands for, with only what can be believed of it."""

import math
import re
from collections.abc import Mapping
from typing import Any, cast

from ..untrusted import visible_lines
from .base import CoastyError

MAX_MESSAGE, MAX_TEXT, MAX_ITEMS, MAX_DEPTH = 500, 200, 20, 3
MAX_NUMBER = 10**15
MAX_RETRY_AFTER = 86_400  # seconds
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,39}")
TYPES: dict[str, type | tuple[type, ...]] = {
    "retryable": bool,
    "retry_with_same_idempotency_key": bool,
    "retry_after": (int, float),
    "request_id": str,
    "type": str,
    "suggestion": str,
    "docs_url": str,
    "current_state": str,
    "required_scope": str,
    "required": (int, float),
    "balance": (int, float),
    "current_scopes": list,
    "valid_options": list,
    "details": list,
}
"""What the context that our advice depends on must be; anything else is left out."""
TEXTS = {"current_scopes", "valid_options"}
"""Lists of text."""
OF_RESULTS = {"untrusted", "next", "warnings", "mode", "credits"}
"""What this server says in structured content besides the reply or the error."""
OURS = OF_RESULTS | {
    *("tool", "setting", "bound", "limit", "spent", "estimate", "set_aside", "idempotency_key"),
    *("command", "exit_code", "output"),
}
"""What only this server says of an error."""


def context_of(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the API said besides code and message: bounded, and of the right types."""
    context: dict[str, Any] = {}
    for name, value in sorted(envelope.items(), key=lambda item: item[0] not in TYPES):
        if len(context) == MAX_ITEMS:
            break
        kept = bounded(value)
        wrong = name in TYPES and not _is(kept, TYPES[name])
        if NAME.fullmatch(name) and name not in OURS and kept is not None and not wrong:
            context[name] = kept
    for name in TEXTS & context.keys():
        context[name] = [each for each in context[name] if isinstance(each, str)]
    if not 0 <= context.get("retry_after", 0) <= MAX_RETRY_AFTER:
        del context["retry_after"]
    return context


def message_of(envelope: Mapping[str, Any], details: object) -> str:
    """Return what the API said as one line, with each field that it found wrong."""
    sentences = [one_line(envelope.get("message") or "It gave no reason", MAX_MESSAGE)]
    for field, reason in _fields(details):
        if reason not in sentences[0]:
            sentences.append(f"{field}: {reason}" if field else reason)
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)


def code_of(envelope: Mapping[str, Any], ours: Mapping[str, type[CoastyError]]) -> str:
    """Return the API's code; UNKNOWN_ERROR for what is none, or is one of this server's own."""
    code = envelope.get("code")
    if isinstance(code, str) and CODE.fullmatch(code) and code not in ours:
        return code
    return CoastyError.code


def one_line(text: object, most: int) -> str:
    """Return a foreign text as one clean line of that many characters."""
    words = text if isinstance(text, str) else str(bounded(text))
    line = " ".join(visible_lines(words[: 4 * most]).split())
    return line if len(line) <= most else f"{line[:most]}…"


def bounded(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return a JSON value cut down to what fits into an error; None for what does not."""
    match value:
        case bool():
            return value
        case str():
            return one_line(value, MAX_TEXT)
        case int() | float():
            return value if math.isfinite(value) and abs(value) < MAX_NUMBER else None
        case list() if depth:
            members = cast("list[Any]", value)[:MAX_ITEMS]
            return [bounded(each, depth - 1) for each in members]
        case dict() if depth:
            items = list(cast("dict[str, Any]", value).items())[:MAX_ITEMS]
            return {one_line(name, 40): bounded(each, depth - 1) for name, each in items}
        case _:
            return None


def _is(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))


def _fields(details: object) -> list[tuple[str, str]]:
    """Return field and reason of a 422's details, in the form of `loc` and `msg`, or of others."""
    found: list[tuple[str, str]] = []
    for each in cast("list[Any]", details)[:5] if isinstance(details, list) else []:
        if isinstance(each, dict):
            detail = cast("dict[str, Any]", each)
            reason = detail.get("msg") or detail.get("message")
            place: Any = detail.get("loc") or detail.get("field") or []
            parts = cast("list[Any]", place if isinstance(place, list) else [place])
            names = [str(part) for part in parts if part != "body"]
            if isinstance(reason, str):
                found.append((".".join(names), reason.rstrip(".")))
    return found
