"""JSON as it arrives, made readable: what is no Unicode, and numbers that are none."""

import json
import re
from math import isfinite

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
NO_NUMBER = re.compile(r"[0-9]{19}|NaN|Infinity")
"""What a strict reader may refuse: endless and infinite numbers."""
MAX_DIGITS = 18


def readable(body: bytes | bytearray | str) -> str:
    """Return the JSON with U+FFFD for what is no Unicode, and null for what is no number.

    A text that is no JSON comes back as it is.
    """
    text = body if isinstance(body, str) else body.decode("utf-8-sig", errors="replace")
    if not _is_doubtful(text):
        return text
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_none)
        return LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return text


def _is_doubtful(text: str) -> bool:
    """Return whether a strict reader may refuse the JSON; long strings in it take no time."""
    if "\\" in text:
        if HALF_CHARACTER.search(text):
            return True
        text = text.replace(r"\\", "").replace(r"\"", "")
    return NO_NUMBER.search(",".join(text.split('"')[::2])) is not None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


def _finite(digits: str) -> float | None:
    return number if isfinite(number := float(digits)) else None


def _none(_: str) -> None:
    return None
