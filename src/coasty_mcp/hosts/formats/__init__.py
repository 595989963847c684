"""Edits of a document in a host's format, which are checked to change nothing else in it."""

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple, cast

from ..errors import InvalidDocument
from ..host import KeyPath
from . import jsonc, toml, yaml


class Format(NamedTuple):
    """The functions that read one format, set the value at a path, and remove it."""

    longest: int
    """Characters that take about a second at most; no host's file comes near them."""

    read: Callable[[str], object]
    put: Callable[[str, KeyPath, dict[str, object]], str]
    drop: Callable[[str, KeyPath], str]


DEEPEST = 100
MOST_VALUES = 500_000
"""At one depth."""
FORMATS = {
    "json": Format(32_000_000, jsonc.read_strictly, jsonc.put, jsonc.drop),
    "jsonc": Format(300_000, jsonc.read, jsonc.put, jsonc.drop),
    "toml": Format(100_000, toml.read, toml.put, toml.drop),
    "yaml": Format(32_000, yaml.read, yaml.put, yaml.drop),
}


def get(content: object, path: KeyPath) -> object:
    """Return the value at a path, or None. The key of an item of a list is its id."""
    for key in path:
        content = _by_key(content).get(key)
    return content


@lru_cache(maxsize=4)
def read(form: Format, text: str) -> object:
    """Parse a document; raises `InvalidDocument`, whatever is wrong with it.

    What it returns is shared between those who read the same text, and not to be changed.
    """
    if len(text) > form.longest:
        raise InvalidDocument(f"it is longer than {form.longest // 1000} kB")
    with _one_error():
        content = form.read(text)
        _limit_size(content)
    if not isinstance(content, dict):
        raise InvalidDocument("there should be named values at its top")
    return cast("object", content)


def put(form: Format, text: str, path: KeyPath, value: dict[str, object]) -> str:
    """Return the text with the value at the path; raises `InvalidDocument`."""
    before = read(form, text)
    if get(before, path) == value:
        return text
    with _one_error():
        changed = form.put(text, path, value)
        changed.encode()  # half a surrogate pair cannot be written
    return _verified(form, before, changed, path, value)


def drop(form: Format, text: str, path: KeyPath) -> str:
    """Return the text without the value at the path; raises `InvalidDocument`."""
    before = read(form, text)
    if get(before, path) is None:
        return text
    changed = text
    with _one_error():
        while get(read(form, changed), path) is not None:  # a list may hold it twice
            changed = form.drop(changed, path)
    return _verified(form, before, changed, path, None)


@contextmanager
def _one_error() -> Generator[None]:
    """Turn what parsers raise besides syntax errors into `InvalidDocument`."""
    try:
        yield
    except RecursionError as error:
        raise InvalidDocument("it is nested too deeply") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidDocument("there is something in it that cannot be understood") from error


def _limit_size(content: object) -> None:
    """Refuse what the comparison of two documents would take too long for.

    Aliases make a small YAML document endless, so values are counted as often as they are named.
    """
    level: list[object] = [content]
    for _ in range(DEEPEST):
        level = list(islice(chain.from_iterable(map(_children, level)), MOST_VALUES))
        if not level:
            return
        if len(level) == MOST_VALUES:
            raise InvalidDocument("there are too many values in it")
    raise InvalidDocument("it is nested too deeply")


def _children(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return cast("dict[object, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _verified(form: Format, before: object, changed: str, path: KeyPath, value: object) -> str:
    try:
        after = read(form, changed)
    except InvalidDocument:
        after = None
    if get(after, path) != value or _without(after, path) != _without(before, path):
        where = ".".join(path)
        raise InvalidDocument(f"{where} is written in a way that only a person can change safely")
    return changed


def _without(content: object, path: KeyPath) -> object:
    """Return a copy without the value at the path, and without what would be empty then."""
    copy = deepcopy(content)
    for depth in range(len(path), 0, -1):
        parent, value = get(copy, path[: depth - 1]), get(copy, path[:depth])
        if depth == len(path) or value in ({}, [], None):
            if isinstance(parent, dict):
                cast("dict[str, object]", parent).pop(path[depth - 1], None)
            elif isinstance(parent, list):
                items = cast("list[object]", parent)
                items[:] = [each for each in items if _id(each) != path[depth - 1]]
    return copy


def _by_key(content: object) -> dict[str, object]:
    """Return the items of a list by their id, the first of those with the same one."""
    if isinstance(content, list):
        items = cast("list[object]", content)
        return {name: item for item in reversed(items) if (name := _id(item))}
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _id(item: object) -> str | None:
    name = cast("dict[str, object]", item).get("id") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None
