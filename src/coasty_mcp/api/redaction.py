"""Removes keys, secrets and passwords from logs and errors."""

import logging
import re

HIDDEN = "(secret)"
SHAPES = re.compile(
    r"sk-coasty-\w+-[\w-]+|cua_sk_[\w-]+|whsec_[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_known: set[str] = set()


def hide_secret(*values: object) -> None:
    """Redact these values too from now on: secrets that no pattern recognises."""
    for value in values:
        if value:
            _known.update({str(value), repr(value)[1:-1]})


def redacted(text: str) -> str:
    """Return the text with every known or recognisable secret replaced."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return SHAPES.sub(HIDDEN, text)


class RedactingFormatter(logging.Formatter):
    """Redacts whole log records: arguments, exceptions and stacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
