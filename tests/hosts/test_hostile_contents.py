"""Whatever a configuration file holds, it is edited well or refused in one sentence."""

import json
from pathlib import Path
from time import process_time

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coasty_mcp.doctor.hosts import check_hosts
from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import list_hosts
from coasty_mcp.hosts.config_entry import config_entries
from coasty_mcp.hosts.errors import HostConfigError, InvalidDocument
from coasty_mcp.hosts.host import Host
from coasty_mcp.hosts.host_document import find_entry, with_entry, without_entry
from support.host_files import TINY, Person, named, sample

ONE_OF_EACH_FORMAT = [named(name) for name in ("claude_code", "vscode", "codex", "goose")]
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def deep(opening: str, closing: str, depth: int = 100_000) -> str:
    return opening * depth + closing * depth


TEXTS = {
    "json": {
        "depth": '{"mcpServers": ' + deep("[", "]") + "}",
        "depth that is not closed": '{"a":' * 100_000,
        "giant number": '{"a": ' + "9" * 10_000 + "}",
        "not a number": '{"a": NaN}',
        "list": "[]",
        "text": '"coasty"',
        "twice": '{"mcpServers": {"coasty": {}, "coasty": {}}}',
        "half an emoji": '{"mcpServers": {"coasty": {"command": "\\ud83d", "x": "\\ud83d"}}}',
        "quotes": '"' + r"\"" * 140_000,
        "comments": "/* " * 99_000,
        "only a comment": "// mine",
        "two byte order marks": "\ufeff{}",
        "no end": "{",
        "separators": "\u2028{}",
    },
    "toml": {
        "depth": "a = " + deep("[", "]"),
        "giant number": "a = " + "9" * 10_000,
        "keys": "[" + ".".join("a" * 5_000) + "]",
        "a key of many names": """a . 'b'."!\\n".""" * 7_000 + "c = 1",
        "twice": "[mcp_servers.coasty]\n[mcp_servers.coasty]\n",
        "inline": "mcp_servers.coasty.command = 'sh'\n",
        "no end": "[mcp_servers.coasty",
        "list of tables": "[[mcp_servers.coasty]]\na = 1\n",
    },
    "yaml": {
        "depth": "extensions: " + deep("[", "]", 500),
        "giant number": "a: " + "9" * 10_000,
        "a value that goes on in the next line": (
            'extensions:\n  coasty:\n    cmd: "a\n  b"\n  other: 1\n'
        ),
        "empty": "extensions:",
        "empty, with a comment": "a: 1\nextensions:  # mine\nb: 2\n",
        "null": "extensions: ~\n",
        "list": "extensions:\n- a\n",
        "twice": "extensions: {}\nextensions: {}\n",
        "documents": "--- {}\n--- {}\n",
        "itself": "extensions: &a\n  b: *a\n",
        "laughs": "a0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "tags": "extensions: !!python/object/apply:os.system ['true']\n",
        "keys": "? [a, b]\n: c\n",
        "numbers": "1: 2\nextensions: {3: 4}\n",
        "date": "extensions: 2026-01-01\n",
        "controls": "a: \x07\n",
    },
}
TEXTS["jsonc"] = TEXTS["json"]
HOSTILE = [
    pytest.param(host, text, id=f"{host.name}-{name}")
    for host in ONE_OF_EACH_FORMAT
    for name, text in TEXTS[host.format].items()
]


@pytest.mark.parametrize(("host", "text"), HOSTILE)
def test_hostile_contents_are_one_sentence_or_just_work(
    host: Host, text: str, person: Person
) -> None:
    file, began = person.has(host, text.encode()), process_time()
    assert len("\n".join(list_hosts(person.user))) < 2000
    assert process_time() - began < 1
    if is_one_sentence_or_done(host, person):
        entry = find_entry(host, file.read_text("utf-8-sig"))
        assert isinstance(entry, dict)
        assert entry.items() >= config_entries(host, TINY)[host.entry_path].items()


WRONG: list[object] = [None, True, 3, 1e400, "sh", [], ["sh"], [[]], {"sh": 1}, {"a": {"b": []}}]
"""Where a text, a list of texts or a mapping should be."""


@pytest.mark.parametrize("field", ["command", "args", "env", "environment", "type", None])
@pytest.mark.parametrize("host", [named("cursor"), named("opencode")], ids=lambda host: host.name)
def test_an_entry_of_the_wrong_types_is_no_failure_of_ours(
    host: Host, field: str | None, person: Person
) -> None:
    for wrong in WRONG:
        content: object = {"command": "sh", field: wrong} if field else wrong
        for key in reversed(host.entry_path):
            content = {key: content}
        person.has(host, json.dumps(content).encode())
        [found] = anyio.run(check_hosts, person.user, TINY)
        assert found.status in ("warn", "fail")
        is_one_sentence_or_done(host, person)


def is_one_sentence_or_done(host: Host, person: Person) -> bool:
    """Install; if that is refused, then in one sentence and without a change."""
    file = person.file(host)
    before = {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    try:
        person.installs(host)
    except HostConfigError as refused:
        sentence = str(refused)
    else:
        return True
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()} == before
    return False


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
@given(data=st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_document_is_edited_well_or_refused(host: Host, data: st.DataObject) -> None:
    text = sample(host).decode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        put_in = data.draw(st.sampled_from(list("{}[]:,\"'#\\/*&-\n\t =.\ufeff\u20280x")))
        text = text[:at] + put_in + text[at + cut :]
    try:
        written = with_entry(host, text, TINY, "user")
        assert find_entry(host, written)
        assert not find_entry(host, without_entry(host, written))
    except InvalidDocument as refused:
        sentence = str(refused)
    else:
        sentence = ""
    assert "\n" not in sentence
