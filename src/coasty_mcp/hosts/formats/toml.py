"""TOML edited with tomlkit; a new table is appended, which TOML always allows."""

import re
import tomllib
from collections.abc import MutableMapping
from typing import cast

import tomlkit

from ..errors import InvalidDocument
from ..host import KeyPath

_NAME = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"^[ \t]*+(?:{_NAME}[ \t]*\.[ \t]*){{100}}", re.MULTILINE)
"""Names joined by dots: tomllib takes the square of their number in time."""
Table = MutableMapping[str, object]


def read(text: str) -> object:
    """Parse TOML; raises `InvalidDocument`."""
    if _DEEP_KEY.search(text):
        raise InvalidDocument("it is nested too deeply")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        raise InvalidDocument(why, int(line[1]) if line else text.count("\n") + 1) from error


def put(text: str, path: KeyPath, value: dict[str, object]) -> str:
    """Return the text with the value as its last table."""
    if _tables(tomlkit.parse(text), path):
        text = drop(text, path)
    content: object = value
    for key in reversed(path):
        content = {key: content}
    head = text if not text or text.endswith("\n") else text + "\n"
    return head + ("\n" if head else "") + tomlkit.dumps(cast("Table", content))


def drop(text: str, path: KeyPath) -> str:
    """Return the text without the value, and without parents that held nothing else."""
    document = tomlkit.parse(text)
    for table, key in reversed(list(zip(_tables(document, path), path, strict=True))):
        del table[key]
        if table:
            break
    rest = document.as_string()
    was_last = text.startswith(rest)
    return rest.rstrip("\n") + "\n" if was_last and rest.strip() else rest.lstrip("\n")


def _tables(document: Table, path: KeyPath) -> list[Table]:
    """Return the tables down to the parent of the value, or none if the path is not there."""
    tables = [document]
    for key in path:
        inner = tables[-1].get(key)
        if inner is None:
            return []
        if not isinstance(inner, MutableMapping):
            raise InvalidDocument(f"{key} should be a table")
        tables.append(cast("Table", inner))
    return tables[:-1]
