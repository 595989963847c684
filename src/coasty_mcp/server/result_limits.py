"""The size of a result: one budget for its text and its structured content."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, cast

from ..api.untrusted import printable

MAX_TEXT = 12_000
MAX_STRUCTURED = 12_000
"""Characters of each form; hosts show a model one of the two, and cut what is much longer."""
MAX_ERROR = 2_000
"""Characters of each form of an error."""
MAX_LINE = 9_000
MARK_LENGTH = 8
"""Lines up to this length stay: they end data from a machine."""

MAX_ENTRIES = 500
"""Entries of a list that can matter: no result has room for more."""
MAX_KEYS = 100
"""Objects with more keys than that are lists in disguise."""
MAX_KEY = 100
"""Characters of a key; our own are shorter."""
MAX_CUTS = 5
"""Cuts that are told one by one."""


def bounded_lines(lines: Sequence[str], most: int = MAX_TEXT) -> list[str]:
    """Return the lines up to that many characters, and say how many are left out."""
    kept, left_out, used = list[str](), 0, 0
    for line in lines:
        short = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}… ({len(line)} characters)"
        if used + len(short) <= most or len(short) <= MARK_LENGTH:
            kept.append(short)
            used += len(short)
        else:
            left_out += 1
    return [*kept, f"({left_out} lines left out)"] if left_out else kept


def bounded_json(
    value: dict[str, Any], most: int = MAX_STRUCTURED
) -> tuple[dict[str, Any], list[str]]:
    """Return a JSON object shortened to that many characters, and a sentence for each cut.

    The longest lists, texts and objects are halved until the whole fits.
    """
    whole = dict[str, int]()
    short = _without_bulk(value, "result", whole, most)
    if _is_short_and_plain(short, most) and not whole:
        return short, []
    root = {"result": printable(short)}
    while _length(root) > most and (parts := list(_parts(root))):
        parent, key, path = max(parts, key=lambda part: _length(part[0][part[1]]))
        part: Any = parent[key]
        whole.setdefault(path, len(part))
        parent[key] = _first_half(part)
    cuts = [f"Only a part of {path} is here: it has {whole[path]} in all." for path in whole]
    more = [f"{len(cuts) - MAX_CUTS} more parts are cut."] if len(cuts) > MAX_CUTS else []
    return root["result"], [*cuts[:MAX_CUTS], *more]


def _is_short_and_plain(value: dict[str, Any], most: int) -> bool:
    """Return whether nothing needs to be cut or escaped, as in most results."""
    written = json.dumps(value)  # every doubtful character is an escape in it
    return len(written) <= most and "\\" not in written and written.isprintable()


def _without_bulk(value: Any, path: str, whole: dict[str, int], most: int) -> Any:
    """Return a copy whose lists and texts are so short that to halve them takes no time."""
    match value:
        case str() if len(value) > most:
            whole[path] = len(value)
            return value[:most]
        case list() if len(entries := cast("list[Any]", value)) > MAX_ENTRIES:
            whole[path] = len(entries)
            return _without_bulk(entries[:MAX_ENTRIES], path, whole, most)
        case list():
            numbered = enumerate(cast("list[Any]", value))
            return [_without_bulk(each, f"{path}.{key}", whole, most) for key, each in numbered]
        case dict():
            items = cast("dict[str, Any]", value).items()
            short = ((key[:MAX_KEY], each) for key, each in items)
            return {key: _without_bulk(each, f"{path}.{key}", whole, most) for key, each in short}
        case _:
            return value


def _first_half(part: Any) -> Any:
    half = len(part) // 2
    if isinstance(part, dict):
        return dict(islice(cast("dict[str, Any]", part).items(), half))
    return part[:half]


def _parts(parent: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Yield each part of a value that can be halved: its parent, its key there, its path."""
    items = (
        cast("dict[Any, Any]", parent).items() if isinstance(parent, dict) else enumerate(parent)
    )
    for key, child in list(items):
        inner = f"{path}.{key}".lstrip(".")
        many = isinstance(child, dict) and len(cast("dict[str, Any]", child)) > MAX_KEYS
        if many or (isinstance(child, str | list) and len(cast("str", child)) > 1):
            yield parent, key, inner
        if isinstance(child, dict | list):
            yield from _parts(child, inner)


def _length(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))
