"""Documents in a host's format: changed in one place, and proven to be the same everywhere else."""

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple, cast

from ..host import Broken, KeyPath
from . import jsonc, toml, yaml


class Format(NamedTuple):
    """How one format is read and changed; `jsonc` says it best."""

    read: Callable[[str], object]
    put: Callable[[str, KeyPath, dict[str, object]], str]
    drop: Callable[[str, KeyPath], str]


FORMATS = {
    "json": Format(jsonc.read_strictly, jsonc.put, jsonc.drop),
    "jsonc": Format(jsonc.read, jsonc.put, jsonc.drop),
    "toml": Format(toml.read, toml.put, toml.drop),
    "yaml": Format(yaml.read, yaml.put, yaml.drop),
}


def get(content: object, path: KeyPath) -> object:
    """What is at a path, or None. The items of a list go by their id."""
    for key in path:
        content = _named(content).get(key)
    return content


def put(form: Format, text: str, path: KeyPath, value: dict[str, object]) -> str:
    before = form.read(text)
    if get(before, path) == value:
        return text
    changed = form.put(text, path, value)
    return _proven(form, before, changed, path, value)


def drop(form: Format, text: str, path: KeyPath) -> str:
    before = form.read(text)
    if get(before, path) is None:
        return text
    return _proven(form, before, form.drop(text, path), path, None)


def _proven(form: Format, before: object, changed: str, path: KeyPath, value: object) -> str:
    try:
        after = form.read(changed)
    except Broken:
        after = None
    if get(after, path) != value or _without(after, path) != _without(before, path):
        raise Broken(f"{'.'.join(path)} is written in a way that only a person can change safely")
    return changed


def _without(content: object, path: KeyPath) -> object:
    """A copy that lacks what is at the path, and all that would be empty then."""
    copy = deepcopy(content)
    for depth in range(len(path), 0, -1):
        parent, value = get(copy, path[: depth - 1]), get(copy, path[:depth])
        if depth == len(path) or value in ({}, [], None):
            if isinstance(parent, dict):
                cast("dict[str, object]", parent).pop(path[depth - 1], None)
            elif isinstance(parent, list) and value in parent:
                cast("list[object]", parent).remove(value)
    return copy


def _named(content: object) -> dict[str, object]:
    if isinstance(content, list):
        items = cast("list[object]", content)
        return {str(_named(item)["id"]): item for item in items if "id" in _named(item)}
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}
