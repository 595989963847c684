"""Whether JSON holds more values, or larger numbers, than anybody means.

Parsing a million empty lists takes a hundred times as long as a text of that length, and a number
of 4,000 digits breaks every calculation with it.
"""

from typing import Any, cast

MOST_VALUES = 5_000
"""The largest workflows have some hundreds; each value is looked at in Python."""
LARGEST_NUMBER = 2**53
"""What every reader of JSON takes as it was written."""
QUICKLY_PARSED = 3 * MOST_VALUES
"""Bytes, too few for more values than that."""


def holds_too_many(json: bytes) -> bool:
    """Return whether there are more than MOST_VALUES values, outside of texts."""
    if len(json) < QUICKLY_PARSED:
        return False
    unescaped = json.replace(rb"\\", b"").replace(rb"\"", b"")
    if unescaped.count(b'"') > 4 * MOST_VALUES:  # each value may have a key
        return True
    outside = b"".join(unescaped.split(b'"')[::2])
    return sum(map(outside.count, (b",", b"[", b"{"))) > MOST_VALUES


def has_usual_numbers(value: Any) -> bool:
    """Return whether no number in a JSON value is beyond LARGEST_NUMBER, infinite or none."""
    match value:
        case int() | float():
            return -LARGEST_NUMBER <= value <= LARGEST_NUMBER
        case dict():
            return all(map(has_usual_numbers, cast("dict[str, Any]", value).values()))
        case list():
            return all(map(has_usual_numbers, cast("list[Any]", value)))
        case _:
            return True
