"""Which documents hold an API key, and how they are shown without keys and other secrets."""

import json

from ..api.redaction import redacted
from .errors import InvalidDocument
from .formats import FORMATS, read
from .host import Host
from .host_document import find_entry
from .launch import literal_key
from .secret_values import secrets_in

KEY_MARK = "<your key>"
OTHER_MARK = "<hidden>"


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
    secrets = secrets_in(read(FORMATS[host.format], text))
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
