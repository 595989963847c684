"""API keys and stored model-provider keys: `/keys`, `/llm/keys`."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from .base import Record, Reply, Request

Scope = Literal[
    "predict",
    "session",
    "ground",
    "parse",
    "keys",
    "usage",
    "machines:read",
    "machines:write",
    "actions:exec",
    "terminal:exec",
    "files:read",
    "files:write",
    "browser:execute",
    "snapshots:write",
    "connection:read",
    "schedules:read",
    "schedules:write",
    "triggers:write",
    "runs:read",
    "runs:write",
    "workflows:read",
    "workflows:write",
    "llm_keys",
]
OPT_IN: set[Scope] = {
    "keys",
    "usage",
    "browser:execute",
    "connection:read",
    "schedules:read",
    "schedules:write",
    "triggers:write",
}
"""Scopes that a new key has only where they are asked for."""
DEFAULT_SCOPES: tuple[Scope, ...] = tuple(scope for scope in get_args(Scope) if scope not in OPT_IN)


class CreateKey(Request):
    """A new API key, with its name and scopes."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r".*\S.*")]
    scopes: Annotated[list[Scope], Field(max_length=23)] = Field(
        default_factory=lambda: list(DEFAULT_SCOPES)
    )


class NewKey(Reply):
    """A key that was made; its secret is told this once."""

    key: str
    """Only in the reply that creates it."""
    key_id: str
    name: str = ""
    tier: str = ""
    scopes: list[str] = Field(default_factory=list[str])
    created_at: str = ""


class KeyListItem(Record):
    """A key in a list, without its secret."""

    key_id: str
    name: str = ""
    tier: str = ""
    scopes: list[str] = Field(default_factory=list[str])
    created_at: str = ""
    last_used_at: str | None = None
    key_prefix: str = ""


class KeyList(Reply):
    """The keys of an account."""

    keys: list[KeyListItem] = Field(default_factory=list[KeyListItem])


class RevokedKey(Reply):
    """A key that opens nothing any more."""

    status: str = "ok"
    key_id: str = ""


class StoreLlmKey(Request):
    """A model provider's key to store."""

    api_key: Annotated[str, Field(min_length=16, max_length=512)]


class LlmKeyStored(Reply):
    """A model provider's key that was stored."""

    provider: str = ""
    key_fingerprint: str = ""
    stored: bool = True


class LlmKeyListItem(Record):
    """A stored key of a model provider, without its secret."""

    provider: str
    key_fingerprint: str = ""
    created_at: str | None = None
    updated_at: str | None = None


class LlmKeyList(Reply):
    """The stored keys of model providers."""

    keys: list[LlmKeyListItem]


class LlmKeyDeleted(Reply):
    """A stored key that was deleted."""

    deleted: bool = True
