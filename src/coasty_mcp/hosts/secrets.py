"""Which documents hold an API key, and how they are shown without keys and other secrets."""

import json
import re
from collections.abc import Iterator
from typing import cast

from ..api.redaction import redacted
from .errors import InvalidDocument
from .formats import FORMATS, read
from .host import Host
from .host_document import find_entry
from .launch import literal_key

KEY_MARK = "<your key>"
OTHER_MARK = "<hidden>"
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


def holds_key(host: Host, text: str) -> bool:
    """Return whether a document holds a Coasty key itself, in our entry or anywhere."""
    try:
        return redacted(text) != text or bool(literal_key(host, find_entry(host, text)))
    except InvalidDocument:
        return False


def without_secrets(text: str, host: Host) -> str:
    """Return a document without the secrets that are in it.

    Secrets are our key, and the values of variables, headers and such of other servers.

    Raises:
        InvalidDocument: One is written in a way in which it cannot be found, such as with escapes.
    """
    secrets = _secrets(read(FORMATS[host.format], text), is_secret=False)
    marks = dict.fromkeys(secrets, OTHER_MARK)
    if key := literal_key(host, find_entry(host, text)):
        marks[key] = KEY_MARK
    spellings = {each: _spellings(each) for each in sorted(marks, key=len, reverse=True)}
    if any(not any(each in text for each in written) for written in spellings.values()):
        raise InvalidDocument("a secret in it is written in a way in which it cannot be hidden")
    for value, written in spellings.items():
        for each in written:
            text = text.replace(each, marks[value])
    return redacted(text)


def _spellings(secret: str) -> tuple[str, ...]:
    in_json, in_unicode = json.dumps(secret), json.dumps(secret, ensure_ascii=False)
    return secret, in_json[1:-1], in_unicode[1:-1], secret.replace("'", "''")


def _secrets(value: object, *, is_secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in cast("dict[object, object]", value).items():
            named = _SECRET_FIELDS.search(str(name))
            yield from _secrets(inner, is_secret=is_secret or bool(named))
    elif isinstance(value, list):
        follows_name = False
        for inner in cast("list[object]", value):
            yield from _secrets(inner, is_secret=is_secret or follows_name)
            follows_name = isinstance(inner, str) and bool(_FLAG.fullmatch(inner))
    elif isinstance(value, str) and not is_secret:
        yield from filter(_is_long_value, (found[1] for found in _IN_WORDS.finditer(value)))
    elif is_secret and not isinstance(value, bool) and _is_long_value(str(value)):
        yield str(value)


def _is_long_value(value: str) -> bool:
    return len(value) >= LEAST_LENGTH and not _REFERENCE.fullmatch(value)
