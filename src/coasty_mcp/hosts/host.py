"""What differs between MCP hosts, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Platform = Literal["darwin", "win32", "linux"]
Scope = Literal["user", "project"]
KeyPath = tuple[str, ...]
"""The keys that lead to a value in a document, from the root down."""

SERVER_NAME = "coasty"
KEY_VARIABLE = "COASTY_API_KEY"


class ModelView(NamedTuple):
    """Which parts of a result reach the model: text, structured content, picture."""

    result: str
    """Of a result that has text and structured content."""
    screenshot: str
    """Of one that has text and a picture."""
    error: str
    """Of an error, which has text and structured content."""

    @property
    def has_pictures(self) -> bool:
        return "picture" in self.screenshot


@dataclass(frozen=True, kw_only=True)
class Host:
    """A program that starts MCP servers, and the schema of its configuration file."""

    name: str
    title: str
    format: Literal["json", "jsonc", "toml", "yaml"]
    """jsonc is JSON in which the host allows comments and trailing commas."""
    user_files: Mapping[Platform, tuple[str, ...]]
    """The files for all of a person's work, with folders of `UserEnvironment` in braces."""
    project_file: str | None = None
    """The file for one project, relative to its folder, where the host has one."""
    user_skills: str | None = None
    """The folder of skills for all of a person's work, where the host reads skills."""
    project_skills: str | None = None
    """The folder of skills for one project, relative to its folder."""
    entry_path: KeyPath
    """Where our entry is in the document."""
    newer_entry_path: KeyPath | None = None
    """Where it is in a newer version of the host, recognised by the parent being there."""

    extra_fields: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the entry has besides the command, its arguments and its environment."""
    command_field: str = "command"
    args_field: str | None = "args"
    """None where the command and its arguments are one list."""
    env_field: str = "env"

    key_reference: str | None = None
    """The value that the host replaces with the API key when it starts the server."""
    variable_list_field: str | None = None
    """The field that lists the names of variables which the host passes on, instead."""
    key_prompt: tuple[KeyPath, Mapping[str, object]] | None = None
    """What makes the host ask for the key, and where that is in the document."""
    needs_key_in_file: bool = False
    """Whether the host passes no variables on, so that the key has to be in the file."""

    model_view: ModelView | None = None
    """What its model sees, where `.ci/hosts` has tried it."""
    is_blind: bool = False
    """Whether its users report that it passes no pictures on, where it could not be tried."""

    key_source: str
    """For the person: where the host takes the key from."""
    restart_hint: str
    """For the person: how the host notices a change of its file."""
    success_sign: str
    """For the person: what the host shows once it has our tools."""
