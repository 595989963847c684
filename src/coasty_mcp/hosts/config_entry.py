"""What a host has to read: one description of our server, in the host's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from pydantic import TypeAdapter

from .host import KEY, Host, KeyPath

Block = dict[str, object]
Entries = dict[KeyPath, Block]
"""What belongs into a host's document, and where."""

_WORDS = TypeAdapter(list[str])


@dataclass(frozen=True)
class Server:
    """How coasty-mcp is started. With `key`, it is written as it is, not referred to."""

    command: str = "coasty-mcp"
    args: tuple[str, ...] = ()
    sandbox: bool = False
    key: str | None = None


class Launch(NamedTuple):
    """What a host starts."""

    command: str
    args: list[str]
    env: dict[str, str]


def entries(host: Host, server: Server) -> Entries:
    """Our block, and for a host that asks for the key, the question."""
    wants_key = not server.sandbox
    refers = wants_key and not server.key
    key = server.key or host.key
    arguments = [*server.args, *(["--sandbox"] if server.sandbox else [])]
    block = {**host.extra, **_command(host, server.command, arguments)}
    if wants_key and key:
        block[host.env] = {KEY: key}
    if refers and host.key_names:
        block[host.key_names] = [KEY]
    asked = {host.prompt[0]: dict(host.prompt[1])} if refers and host.prompt else {}
    return {**asked, host.path: block}


def launch(host: Host, block: Block, environment: Mapping[str, str]) -> Launch:
    """What the host makes of a block, when its own variables and secrets are `environment`."""
    key = environment.get(KEY, "")
    words = _WORDS.validate_python(_words(host, block))
    env = cast("Block", block.get(host.env, {}))
    env = {name: key if value == host.key else str(value) for name, value in env.items()}
    passed_on = {KEY: key} if host.key_names in block and key else {}
    return Launch(command=words[0], args=words[1:], env=env | passed_on)


def _words(host: Host, block: Block) -> object:
    """The command and its arguments in one list."""
    if host.args is None:
        return block[host.command]
    return [block[host.command], *_WORDS.validate_python(block.get(host.args, []))]


def _command(host: Host, command: str, args: list[str]) -> dict[str, object]:
    if host.args is None:
        return {host.command: [command, *args]}
    return {host.command: command, host.args: args}
