"""Whether JSON holds more values than anybody means, told before it is parsed.

Parsing a million empty lists takes a hundred times as long as a text of that length.
"""

MOST_VALUES = 20_000
"""The largest workflows have some hundreds."""
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
