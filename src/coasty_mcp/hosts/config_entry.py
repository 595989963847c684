"""The entry for our server in a host's configuration, in that host's schema."""

from dataclasses import dataclass

from .host import KEY_VARIABLE, Host, KeyPath

Entry = dict[str, object]
Entries = dict[KeyPath, Entry]
"""Entries by where they belong in a host's document."""


@dataclass(frozen=True)
class ServerCommand:
    """How coasty-mcp is started. A `key` is written into the file; else it is referred to."""

    command: str = "coasty-mcp"
    args: tuple[str, ...] = ()
    sandbox: bool = False
    key: str | None = None

    @property
    def arguments(self) -> list[str]:
        return [*self.args, *(["--sandbox"] if self.sandbox else [])]


def config_entries(host: Host, server: ServerCommand) -> Entries:
    """Return our entry and, for a host that asks for the key, the question."""
    wants_key = not server.sandbox
    refers = wants_key and not server.key
    key = server.key or host.key_reference
    entry = {**host.extra_fields, **_command_fields(host, server.command, server.arguments)}
    if wants_key and key:
        entry[host.env_field] = {KEY_VARIABLE: key}
    if refers and host.variable_list_field:
        entry[host.variable_list_field] = [KEY_VARIABLE]
    prompts = {host.key_prompt[0]: dict(host.key_prompt[1])} if refers and host.key_prompt else {}
    return {**prompts, host.entry_path: entry}


def _command_fields(host: Host, command: str, args: list[str]) -> dict[str, object]:
    if host.args_field is None:
        return {host.command_field: [command, *args]}
    return {host.command_field: command, host.args_field: args}
