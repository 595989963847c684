"""The entry for our server in a host's configuration, in that host's schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from pydantic import TypeAdapter

from .host import KEY_VARIABLE, Host, KeyPath

Entry = dict[str, object]
Entries = dict[KeyPath, Entry]
"""Entries by where they belong in a host's document."""

_STRINGS = TypeAdapter(list[str])


@dataclass(frozen=True)
class ServerCommand:
    """How coasty-mcp is started. A `key` is written into the file; else it is referred to."""

    command: str = "coasty-mcp"
    args: tuple[str, ...] = ()
    sandbox: bool = False
    key: str | None = None


class LaunchCommand(NamedTuple):
    """What a host starts: the program, its arguments, and the variables that it adds."""

    command: str
    args: list[str]
    env: dict[str, str]


def config_entries(host: Host, server: ServerCommand) -> Entries:
    """Return our entry and, for a host that asks for the key, the question."""
    wants_key = not server.sandbox
    refers = wants_key and not server.key
    key = server.key or host.key_reference
    arguments = [*server.args, *(["--sandbox"] if server.sandbox else [])]
    entry = {**host.extra_fields, **_command_fields(host, server.command, arguments)}
    if wants_key and key:
        entry[host.env_field] = {KEY_VARIABLE: key}
    if refers and host.variable_list_field:
        entry[host.variable_list_field] = [KEY_VARIABLE]
    prompts = {host.key_prompt[0]: dict(host.key_prompt[1])} if refers and host.key_prompt else {}
    return {**prompts, host.entry_path: entry}


def launch_command(host: Host, entry: Entry, variables: Mapping[str, str]) -> LaunchCommand:
    """Return what the host starts for an entry, if its variables and secrets are these.

    Raises:
        KeyError, ValidationError: The entry has no command, or one of another type.
    """
    key = variables.get(KEY_VARIABLE, "")
    words = _STRINGS.validate_python(_command_line(host, entry))
    env = cast("Entry", entry.get(host.env_field, {}))
    env = {name: key if value == host.key_reference else str(value) for name, value in env.items()}
    passed_on = {KEY_VARIABLE: key} if host.variable_list_field in entry and key else {}
    return LaunchCommand(command=words[0], args=words[1:], env=env | passed_on)


def _command_line(host: Host, entry: Entry) -> object:
    """Return the command and its arguments in one list."""
    if host.args_field is None:
        return entry[host.command_field]
    arguments = _STRINGS.validate_python(entry.get(host.args_field, []))
    return [entry[host.command_field], *arguments]


def _command_fields(host: Host, command: str, args: list[str]) -> dict[str, object]:
    if host.args_field is None:
        return {host.command_field: [command, *args]}
    return {host.command_field: command, host.args_field: args}
