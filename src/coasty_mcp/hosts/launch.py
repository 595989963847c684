"""What an entry in a host starts, read back from it."""

import shutil
from pathlib import Path
from typing import NamedTuple, cast

from pydantic import TypeAdapter, ValidationError

from .config_entry import Entry, ServerCommand, config_entries
from .host import KEY_VARIABLE, Host

_STRINGS = TypeAdapter(list[str])


class Launch(NamedTuple):
    """What a host starts for an entry, and what else is in it that `install` would not write."""

    words: list[str]
    additions: list[str]

    def is_own(self, server: ServerCommand, path: str | None) -> bool:
        """Return whether the program and its first arguments are the server's.

        A bare name is looked up in the folders of `path`, a PATH.
        """
        own = [server.command, *server.args]
        found, own_file = (shutil.which(words[0], path=path) for words in (self.words, own))
        if not (found and own_file and Path(found).samefile(own_file)):
            return False
        return self.words[1 : len(own)] == own[1:]


def read_launch(host: Host, entry: Entry, server: ServerCommand) -> Launch | None:
    """Return what an entry starts, or None where it has no command that a host could start."""
    try:
        words = _STRINGS.validate_python(_command_line(host, entry))
    except (KeyError, ValidationError):
        return None
    arguments = [word for word in words[len(server.args) + 1 :] if word != "--sandbox"]
    return Launch(words, [*additions(host, entry, server), *arguments]) if words else None


def additions(host: Host, entry: object, server: ServerCommand) -> list[str]:
    """Return the names of fields and variables in an entry that we would not write."""
    ours = config_entries(host, server)[host.entry_path]
    known = {host.command_field, host.args_field, host.env_field}
    fields = _mapping(entry).items()
    others = [name for name, value in fields if name not in known and value != ours.get(name)]
    variables = _mapping(_mapping(entry).get(host.env_field))
    return [*others, *(name for name in variables if name != KEY_VARIABLE)]


def literal_key(host: Host, entry: object) -> str | None:
    """Return the API key that an entry holds itself, where it does not refer to one."""
    key = _mapping(_mapping(entry).get(host.env_field)).get(KEY_VARIABLE)
    return key if isinstance(key, str) and key and key != host.key_reference else None


def _mapping(value: object) -> Entry:
    return cast("Entry", value) if isinstance(value, dict) else {}


def _command_line(host: Host, entry: Entry) -> object:
    """Return the command and its arguments in one list."""
    if host.args_field is None:
        return entry[host.command_field]
    arguments = _STRINGS.validate_python(entry.get(host.args_field, []))
    return [entry[host.command_field], *arguments]
