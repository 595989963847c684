"""Reads secrets at start: from a file that only its owner can read, or from a command's output."""

import json
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from ..api.files import open_regular
from ..api.secrets import Secrets
from ..settings import Settings, WrongSetting, variable

NAME = re.compile(r"[A-Za-z_]\w{0,63}", re.ASCII)
LEAST = 8
"""Characters of a value: a shorter one stands in so many other words that it cannot be hidden."""
MOST_BYTES = 256_000
OTHERS = 0o077
"""The permissions of group and others."""
ENTRY = re.compile(
    r"""[^\S\n]*(?:export[^\S\n]+)?(?P<name>[^\s=#'"]+)[^\S\n]*=[^\S\n]*"""
    r"""(?:'(?P<literal>[^']*)'|"(?P<escaped>(?:\\.|[^"\\])*)"|(?P<plain>[^\s'"][^\n]*?)?)"""
    r"""(?:[^\S\n]+\#[^\n]*|[^\S\n]*)(?:\n|\Z)""",
    re.DOTALL,
)
EMPTY = re.compile(r"[^\S\n]*(?:\#[^\n]*)?(?:\n|\Z)")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

Run = Callable[[list[str], int], bytes]
"""Runs a command and returns what it prints, up to so many bytes; raises OSError."""


def read_secrets(settings: Settings, run: Run) -> Secrets:
    """Return the secrets that the settings name.

    Raises:
        WrongSetting: they cannot be read, or one cannot be kept secret; no value is in the message.
    """
    found = dict[str, str]()
    for setting, text in _sources(settings, run):
        where = variable(setting)
        for name, value in _parsed(text, where).items():
            _check(name, value, where, known=name in found)
            found[name] = value
    return Secrets(found)


def _sources(settings: Settings, run: Run) -> list[tuple[str, str]]:
    sources = list[tuple[str, str]]()
    if settings.secrets_file:
        sources.append(("secrets_file", _file(settings.secrets_file)))
    if settings.secrets_command:
        sources.append(("secrets_command", _output(settings.secrets_command, run)))
    return sources


def _file(path: Path) -> str:
    where = f"{variable('secrets_file')} names {path}, which"
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & OTHERS:
                raise WrongSetting(f"{where} others can read: chmod 600 {path}")
            return _decoded(file.read(MOST_BYTES + 1) or b"", where)
    except OSError as error:
        raise WrongSetting(f"{where} cannot be read: {error.strerror}.") from error


def _output(command: str, run: Run) -> str:
    where = f"The command of {variable('secrets_command')}"
    try:
        return _decoded(run(shlex.split(command, posix=os.name == "posix"), MOST_BYTES + 1), where)
    except ValueError as error:
        if isinstance(error, WrongSetting):
            raise
        raise WrongSetting(f"{where} has a quote that is not closed.") from error
    except OSError as error:
        raise WrongSetting(f"{where} gives no secrets: {error.strerror or error}.") from error


def _decoded(data: bytes, where: str) -> str:
    if len(data) > MOST_BYTES:
        raise WrongSetting(f"{where} holds more than {MOST_BYTES:,} bytes.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise WrongSetting(f"{where} is not UTF-8 text.") from error


def _parsed(text: str, where: str) -> dict[str, str]:
    return _from_json(text, where) if text.lstrip().startswith("{") else _from_lines(text, where)


def _from_json(text: str, where: str) -> dict[str, str]:
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongSetting(f"{where}: this is no JSON.") from error
    if not all(isinstance(value, str) for value in values.values()):
        raise WrongSetting(f"{where}: each value in the JSON must be text.")
    return cast("dict[str, str]", values)


def _from_lines(text: str, where: str) -> dict[str, str]:
    found, at = dict[str, str](), 0
    while at < len(text):
        if blank := EMPTY.match(text, at):
            at = blank.end()
            continue
        entry = ENTRY.match(text, at)
        number = text.count("\n", 0, at) + 1
        if not entry or entry["name"] in found:
            what = "names a secret again" if entry else "is not NAME=value"
            raise WrongSetting(f"{where}: line {number} {what}.")
        found[entry["name"]] = _value(entry)
        at = entry.end()
    return found


def _value(entry: re.Match[str]) -> str:
    """Return a value: in single quotes as it is, in double quotes with escapes, else trimmed."""
    if (escaped := entry["escaped"]) is not None:
        return ESCAPED.sub(lambda code: ESCAPES.get(code[1], code[1]), escaped)
    return entry["literal"] if entry["literal"] is not None else entry["plain"] or ""


def _check(name: str, value: str, where: str, *, known: bool) -> None:
    if not NAME.fullmatch(name):
        raise WrongSetting(f"{where}: a name must be letters, digits and _, 64 at most.")
    if known:
        raise WrongSetting(f"{where}: {name} is in the other source too.")
    if len(value.strip()) < LEAST:
        raise WrongSetting(
            f"{where}: {name} is shorter than {LEAST} characters, and so cannot be hidden: to hide "
            "it would blank out other words. Leave it out."
        )
    if "\0" in value or "{{secret:" in value:
        raise WrongSetting(f"{where}: {name} is no text that can be typed.")
