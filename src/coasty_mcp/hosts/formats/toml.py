"""TOML: a new table goes to the end, where one is always allowed; tomlkit does the rest."""

from collections.abc import MutableMapping
from typing import cast

import tomlkit
from tomlkit.exceptions import ParseError

from ..host import Broken, KeyPath

Table = MutableMapping[str, object]


def read(text: str) -> object:
    try:
        return tomlkit.parse(text).unwrap()
    except ParseError as error:
        raise Broken(str(error).split(" at line")[0], error.line) from error


def put(text: str, path: KeyPath, value: dict[str, object]) -> str:
    if _tables(tomlkit.parse(text), path):
        text = drop(text, path)
    content: object = value
    for key in reversed(path):
        content = {key: content}
    head = text if not text or text.endswith("\n") else text + "\n"
    return head + ("\n" if head else "") + tomlkit.dumps(cast("Table", content))


def drop(text: str, path: KeyPath) -> str:
    document = tomlkit.parse(text)
    for table, key in reversed(list(zip(_tables(document, path), path, strict=True))):
        del table[key]
        if table:
            break
    rest = document.as_string()
    was_last = text.startswith(rest)
    return rest.rstrip("\n") + "\n" if was_last and rest.strip() else rest.lstrip("\n")


def _tables(document: Table, path: KeyPath) -> list[Table]:
    """The tables down to the one that a path ends in, or none if the path is not there."""
    tables = [document]
    for key in path:
        inner = tables[-1].get(key)
        if inner is None:
            return []
        if not isinstance(inner, MutableMapping):
            raise Broken(f"{key} should be a table")
        tables.append(cast("Table", inner))
    return tables[:-1]
