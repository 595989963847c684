"""Removes keys, secrets and passwords from logs and errors."""

import logging
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from .spellings import spellings

HIDDEN = "(secret)"
SHAPES = re.compile(
    r"sk-coasty-\w+-[\w-]+|cua_sk_[\w-]+|whsec_[\w-]+|:\d+/view/[\w-]{32}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
SHORTEST = 6
"""Characters of a value that is redacted: a shorter one stands in too many other words."""

_server = set[str]()
"""What was hidden outside of any call: the server's own key."""
_everyone = set[str]()
"""The same and what all callers have to hide, for logs."""
_caller = ContextVar[set[str] | None]("secrets of the caller", default=None)


@contextmanager
def secrets_of_caller(known: set[str]) -> Generator[None]:
    """Collect in `known` what is hidden inside this block, and redact only that and the server's.

    What one caller hides must not blank out words in the errors of another.
    """
    token = _caller.set(known)
    try:
        yield
    finally:
        _caller.reset(token)


def hide_secret(*values: object) -> None:
    """Redact these values too from now on: secrets that no pattern recognises."""
    caller = _caller.get()
    known = _server if caller is None else caller
    for value in values:
        if value and len(str(value)) >= SHORTEST:
            found = spellings(str(value))
            known.update(found)
            _everyone.update(found)


def redacted(text: str) -> str:
    """Return the text with every secret of this caller replaced; outside of calls, with all."""
    caller = _caller.get()
    return _without(text, _everyone if caller is None else _server | caller)


def redacted_values(value: Any) -> Any:
    """Return any JSON value with every text in it redacted."""
    return with_texts(value, redacted)


def with_texts(
    value: Any, change: Callable[[str], str], except_ending: str = "\0", *, names: bool = True
) -> Any:
    """Return any JSON value with every text in it changed, and the names too if these are meant.

    The texts whose name has that ending stay.
    """
    match value:
        case str():
            return change(value)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {
                change(name) if names else name: each
                if isinstance(each, str) and name.endswith(except_ending)
                else with_texts(each, change, except_ending, names=names)
                for name, each in items
            }
        case list() | tuple():
            values = cast("list[Any]", value)
            return [with_texts(each, change, except_ending, names=names) for each in values]
        case _:
            return value


def replaced(text: str, secrets: Mapping[str, str]) -> str:
    """Return the text with other words for secrets, also for those that are broken into lines."""
    for secret in _longest_first(each for each in secrets if each in text):
        text = text.replace(secret, secrets[secret])
    flat = _unbroken(text)
    if len(flat) < len(text):
        for letters in _longest_first(each for each in map(_unbroken, secrets) if each in flat):
            if len(letters) >= SHORTEST:
                text = re.sub(r"\s*".join(map(re.escape, letters)), HIDDEN, text)
    return text


def _unbroken(text: str) -> str:
    return "".join(text.split())


def _longest_first(secrets: Iterable[str]) -> list[str]:
    return sorted(secrets, key=len, reverse=True)


def _without(text: str, secrets: set[str]) -> str:
    return SHAPES.sub(HIDDEN, replaced(text, dict.fromkeys(secrets, HIDDEN)))


class RedactingFormatter(logging.Formatter):
    """Redacts whole log records: arguments, exceptions and stacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return _without(super().format(record), _everyone)
