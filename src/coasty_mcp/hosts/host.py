"""What has to be known about a host, and the one way in which this package refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal["darwin", "win32", "linux"]
Scope = Literal["user", "project"]
KeyPath = tuple[str, ...]
"""The way to a place in a document: one key after the other."""

NAME = "coasty"
KEY = "COASTY_API_KEY"


class CannotInstall(Exception):
    """What is in the way, and what to do about it."""


class Broken(Exception):
    """A document that cannot be read, or not be changed without harm: why, and in which line."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {why}" if line else why)


@dataclass(frozen=True, kw_only=True)
class Host:
    """A program that starts MCP servers, and its configuration file."""

    name: str
    title: str
    format: Literal["json", "jsonc", "toml", "yaml"]
    """jsonc is JSON in which the host allows comments and trailing commas."""
    user: Mapping[Platform, tuple[str, ...]]
    """The files for all of a person's work, with the folders of `Computer` in braces."""
    project: str | None = None
    """The file for one project, from its folder, where the host has one."""
    path: KeyPath
    """Where our block is in the document."""
    newer_path: KeyPath | None = None
    """The same in a newer version of the host, which is known by the parent being there."""

    extra: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the block has besides the command, its arguments and its environment."""
    command: str = "command"
    args: str | None = "args"
    """None: the arguments follow the command in one list."""
    env: str = "env"

    key: str | None = None
    """What the host replaces by the key, as a value in the environment."""
    key_names: str | None = None
    """A list of names of variables that the host passes on, instead."""
    prompt: tuple[KeyPath, Mapping[str, object]] | None = None
    """What makes the host ask for the key, and where that is in the document."""
    key_in_file: bool = False
    """The host passes no environment of its own on: the key has to be in the file."""

    key_comes_from: str
    """For the person: where the host takes the key from."""
    restart: str
    """For the person: how the host notices."""
    shows: str
    """For the person: what is to be seen then."""
