"""Which values of a parsed configuration are secrets: variables, headers, and what is named so."""

import re
from collections.abc import Iterator
from typing import cast

LEAST_LENGTH = 6
"""Of a secret: what is shorter would be found everywhere in a text."""
_SECRET_FIELDS = re.compile(r"env|header|auth|key|token|secret|passw", re.IGNORECASE)
_FLAG = re.compile(rf"--?[\w-]*(?:{_SECRET_FIELDS.pattern})[\w-]*", re.IGNORECASE)
"""An argument after which a secret comes."""
_IN_WORDS = re.compile(
    rf"(?:(?:{_SECRET_FIELDS.pattern})[\w-]{{0,40}}\s?[=:]\s?|://[^/?#@\s:]{{0,99}}:)"
    r"((?:(?:bearer|basic) )?[^\s&#@/]+)",
    re.IGNORECASE,
)
"""A secret in an argument or a URL: `--api-key=…`, `?token=…`, `https://name:…@host`."""
_REFERENCE = re.compile(r"\$?\{[\w:.-]+\}|\$\w+")


def secrets_in(value: object, *, is_secret: bool = False) -> Iterator[str]:
    """Yield the secrets in a value; all that is long in it where it `is_secret`."""
    if isinstance(value, dict):
        for name, inner in cast("dict[object, object]", value).items():
            named = _SECRET_FIELDS.search(str(name))
            yield from secrets_in(inner, is_secret=is_secret or bool(named))
    elif isinstance(value, list):
        follows_name = False
        for inner in cast("list[object]", value):
            yield from secrets_in(inner, is_secret=is_secret or follows_name)
            follows_name = isinstance(inner, str) and bool(_FLAG.fullmatch(inner))
    elif isinstance(value, str) and not is_secret:
        yield from filter(_is_long_value, (found[1] for found in _IN_WORDS.finditer(value)))
    elif is_secret and not isinstance(value, bool) and _is_long_value(str(value)):
        yield str(value)


def _is_long_value(value: str) -> bool:
    return len(value) >= LEAST_LENGTH and not _REFERENCE.fullmatch(value)
