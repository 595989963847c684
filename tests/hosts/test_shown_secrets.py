"""What a dry run shows of a configuration: all but its secrets."""

import json
from pathlib import Path

import pytest

from coasty_mcp.hosts.secrets import without_secrets
from support.host_files import Person, named

HOST = named("cursor")
TOKEN = "a-token-of-others"


def shown(server: object, key: str = "") -> str:
    """What is left of a configuration with this server, and with ours if it has a key."""
    ours = {"coasty": {"command": "x", "env": {"COASTY_API_KEY": key}}} if key else {}
    text = json.dumps({"mcpServers": {"other": server, **ours}})
    return without_secrets(text, HOST)


@pytest.mark.parametrize(
    "server",
    [
        {"command": "/usr/bin/docs-server", "args": ["first-argument", "--verbose", "more-of-it"]},
        {"command": "docs", "env": {"PORT": "8080", "HOME_TOKEN": "$SOME_TOKEN"}},
        {"environment": {"A_TOKEN": "${SOME_TOKEN:-}", "B_TOKEN": "{env:SOME_TOKEN}"}},
        {"headers": {"Authorization": "${env:SOME_TOKEN}", "X-Key": "${input:some_token}"}},
        {"url": "https://docs.example:8443/mcp?page=the-second-one", "args": [3, None, ["nested"]]},
    ],
)
def test_what_is_no_secret_is_shown_as_it_is(server: object) -> None:
    assert shown(server) == json.dumps({"mcpServers": {"other": server}})


@pytest.mark.parametrize(
    "server",
    [
        {"env": {"ANYTHING": TOKEN}},
        {"env": {"ANYTHING": [{"in": {"there": [TOKEN]}}]}},
        {"headers": [{"value": TOKEN}]},
        {"Authorization": f"Bearer {TOKEN}"},
        {"db_PassWord": TOKEN},
        {"args": ["--api-key", TOKEN, "next-argument"]},
        {"args": [f"--api-key={TOKEN}", "next-argument"]},
        {"args": ["-token-of-hub", TOKEN, "next-argument"]},
        {"args": ["-H", f"X-Secret: Basic {TOKEN}"]},
        {"args": ["-H", f"Authorization: Bearer {TOKEN}"]},
        {"url": f"https://docs.example/mcp?token={TOKEN}&page=2"},
        {"url": f"https://me:{TOKEN}@docs.example/mcp"},
    ],
)
def test_a_secret_of_another_server_is_hidden_and_nothing_else(server: dict[str, object]) -> None:
    written = shown({"command": "docs-server", **server, "cwd": "/home/ada"})
    assert "<hidden>" in written
    assert TOKEN not in written
    assert all(word in written for word in ("docs-server", "/home/ada"))
    assert ("next-argument" in written) == ("next-argument" in str(server))


@pytest.mark.parametrize("secret", ['a "quoted" token', "a back\\slash", "a wörd"])
def test_a_secret_is_hidden_however_it_is_written(secret: str) -> None:
    assert shown({"env": {"A": secret}}) == shown({"env": {"A": "<hidden>"}})


def test_a_secret_that_holds_another_is_hidden_whole() -> None:
    assert shown({"env": {"A": TOKEN, "B": f"{TOKEN}-and-more"}}).count("<hidden>") == 2
    assert "more" not in shown({"env": {"A": TOKEN, "B": f"{TOKEN}-and-more"}})


@pytest.mark.parametrize(
    ("host", "document"),
    [
        ("cursor", '{"mcpServers": {"other": {"env": {"PIN": 48213377}}}}'),
        ("cursor", '{"mcpServers": {"other": {"args": ["--pin-token", 48213377]}}}'),
        ("cursor", r'{"mcpServers": {"other": {"env": {"PIN": "ö\"48213377"}}}}'),
        ("codex", "[mcp_servers.other.env]\nPIN = 48213377\n"),
        ("codex", "[mcp_servers.other.env]\nPIN = '''\n48213377\n'''\n"),
        ("goose", "extensions:\n  other:\n    envs:\n      PIN: 48213377\n"),
        ("goose", "extensions:\n  other:\n    envs:\n      PIN: '48213377''s'\n"),
    ],
)
def test_a_secret_is_hidden_that_is_a_number_or_has_lines(
    host: str, document: str, tmp_path: Path
) -> None:
    person = Person(tmp_path)
    person.has(named(host), document.encode())
    told = person.installs(named(host), dry_run=True)
    assert "other" in told
    assert "<hidden>" in told
    assert "48213377" not in told


@pytest.mark.parametrize(
    ("host", "document"),
    [
        ("cursor", r'{"mcpServers": {"other": {"env": {"PIN": "4821\u0033377"}}}}'),
        ("codex", "[mcp_servers.other.env]\nPIN = 4_821_337_7\n"),
        ("goose", 'extensions:\n  other:\n    envs:\n      PIN: "4821\\x33377"\n'),
    ],
)
def test_a_document_is_not_shown_where_a_secret_in_it_cannot_be_found(
    host: str, document: str, tmp_path: Path
) -> None:
    person = Person(tmp_path)
    file = person.has(named(host), document.encode())
    told = person.installs(named(host), dry_run=True)
    assert "a secret in it is written in a way in which it cannot be hidden" in told
    assert "377" not in told
    assert file.read_bytes() == document.encode()


def test_a_reference_to_our_key_is_shown() -> None:
    assert "${env:COASTY_API_KEY}" in shown({}, "${env:COASTY_API_KEY}")


def test_our_key_is_told_from_the_secrets_of_others() -> None:
    written = shown({"env": {"A": TOKEN, "SAME": "a-key-of-no-known-shape"}}, TOKEN)
    assert written.count("<your key>") == 2
    assert written.count("<hidden>") == 1
