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
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r".*\S.*")]
    scopes: Annotated[list[Scope], Field(max_length=23)] = Field(
        default_factory=lambda: list(DEFAULT_SCOPES)
    )


class NewKey(Reply):
    key: str
    """Only in the reply that creates it."""
    key_id: str
    name: str = ""
    tier: str = ""
    scopes: list[str] = Field(default_factory=list[str])
    created_at: str = ""


class KeyListItem(Record):
    key_id: str
    name: str = ""
    tier: str = ""
    scopes: list[str] = Field(default_factory=list[str])
    created_at: str = ""
    last_used_at: str | None = None
    key_prefix: str = ""


class KeyList(Reply):
    keys: list[KeyListItem] = Field(default_factory=list[KeyListItem])


class RevokedKey(Reply):
    status: str = "ok"
    key_id: str = ""


class StoreLlmKey(Request):
    api_key: Annotated[str, Field(min_length=16, max_length=512)]


class LlmKeyStored(Reply):
    provider: str = ""
    key_fingerprint: str = ""
    stored: bool = True


class LlmKeyListItem(Record):
    provider: str
    key_fingerprint: str = ""
    created_at: str | None = None
    updated_at: str | None = None


class LlmKeyList(Reply):
    keys: list[LlmKeyListItem]


class LlmKeyDeleted(Reply):
    deleted: bool = True
