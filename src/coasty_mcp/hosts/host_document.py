"""Our entry in the text of a host's configuration: found, written and removed."""

from dataclasses import replace
from typing import cast

from .config_entry import Entry, ServerCommand, config_entries
from .formats import FORMATS, drop, get, put, read
from .host import Host, KeyPath, Scope


def find_entry(host: Host, text: str) -> object:
    """Return our entry, whatever its type is, or None; raises `InvalidDocument`."""
    content = read(FORMATS[host.format], text)
    entries = (get(content, path) for path in _entry_paths(host, content))
    return next((entry for entry in entries if entry is not None), None)


def with_entry(host: Host, text: str, server: ServerCommand, scope: Scope) -> str:
    """Return the text with our entry; raises `InvalidDocument`.

    What else is in an entry of ours stays in a user's file. A project's may come from a stranger:
    there, the new entry takes the place of the old one.
    """
    form = FORMATS[host.format]
    version = _matching_version(host, read(form, text))
    for path in _entry_paths(host, read(form, text))[1:]:
        text = drop(form, text, path)  # or the host would start two
    for path, entry in config_entries(version, server).items():
        old = get(read(form, text), path) if scope == "user" else None
        text = put(form, text, path, _merged(old, entry))
    return text


def without_entry(host: Host, text: str) -> str:
    """Return the text without our entry, and without its question for the key.

    Raises:
        InvalidDocument: The text cannot be parsed, or not be edited safely.
    """
    form = FORMATS[host.format]
    prompt_paths = [host.key_prompt[0]] if host.key_prompt else []
    for path in [*prompt_paths, *_entry_paths(host, read(form, text))]:
        text = drop(form, text, path)
    return text


def is_blank(host: Host, text: str) -> bool:
    """Return whether a document holds no value, and no comment either."""
    commented = any(mark in text for mark in ("//", "/*", "#"))
    return not commented and _is_empty(read(FORMATS[host.format], text))


def _entry_paths(host: Host, content: object) -> list[KeyPath]:
    """Return where our entry may be: where this version of the host looks, then the older place."""
    return list(dict.fromkeys([_matching_version(host, content).entry_path, host.entry_path]))


def _matching_version(host: Host, content: object) -> Host:
    """Return the host in the version that reads a document like this."""
    servers = get(content, host.newer_entry_path[:-1]) if host.newer_entry_path else None
    is_newer = servers is not None and not get(servers, (host.command_field,))
    return replace(host, entry_path=host.newer_entry_path) if is_newer else host


def _merged(old: object, new: Entry) -> Entry:
    """Return the new entry with what else is in the old one."""
    if not isinstance(old, dict):
        return new
    merged = {**cast("Entry", old)}
    for key, value in new.items():
        inner = isinstance(value, dict)
        merged[key] = _merged(merged.get(key), cast("Entry", value)) if inner else value
    return merged


def _is_empty(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_empty, cast("Entry", value).values()))
    return value in ([], None)
