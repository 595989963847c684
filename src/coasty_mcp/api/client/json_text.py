"""JSON as it arrives, made readable: what is no Unicode, and numbers that are none."""

import json
import re
from math import isfinite

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
DOUBTFUL = re.compile(r"\\u[dD][89a-fA-F]|[:,\[]\s*-?(?:[0-9]{19}|NaN|Infinity)")
"""What a strict reader may refuse: escapes of surrogates, endless and infinite numbers."""
SIGNS_OF_DOUBT = ("\\ud", "\\uD", "NaN", "Infinity", 19 * "0")
"""Without one of these, all digits being 0, nothing is doubtful: finding out takes no time."""
ZEROS = str.maketrans("123456789", 9 * "0")
MAX_DIGITS = 18


def readable(body: bytes | bytearray | str) -> str:
    """Return the JSON with U+FFFD for what is no Unicode, and null for what is no number.

    A text that is no JSON comes back as it is.
    """
    text = body if isinstance(body, str) else body.decode("utf-8-sig", errors="replace")
    if not text.isascii():
        text = LONE_SURROGATE.sub("\ufffd", text)
    zeroed = text.translate(ZEROS)
    if not any(sign in zeroed for sign in SIGNS_OF_DOUBT) or not DOUBTFUL.search(text):
        return text
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_none)
        return LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return text


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


def _finite(digits: str) -> float | None:
    return number if isfinite(number := float(digits)) else None


def _none(_: str) -> None:
    return None
