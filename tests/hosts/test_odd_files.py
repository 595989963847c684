"""Files that people, other programs or strangers made odd: what goes in comes out again."""

import json
import os
import re
from pathlib import Path
from time import process_time

import pytest

from coasty_mcp.hosts.errors import HostConfigError, InvalidDocument
from coasty_mcp.hosts.host import Host
from coasty_mcp.hosts.host_document import find_entry
from coasty_mcp.hosts.launch import literal_key
from support.host_files import TINY, Person, named

VSCODE, OPENCODE = named("vscode"), named("opencode")
DESKTOP, GOOSE, CODEX = named("claude_desktop"), named("goose"), named("codex")
KEY = "sk-coasty-test-" + "0" * 48
OTHER = {"command": "other"}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


@pytest.mark.parametrize(
    "inputs",
    [
        [{"id": "a", "type": "x"}, {"id": "a", "type": "y"}],
        [{"id": 1}, {"id": ["x"]}, {"id": None}, 3, {"id": {"a": 1}}, {}],
        [{"id": "0"}, {"id": "13"}, {"type": "x"}],
    ],
)
def test_ids_of_others_may_be_anything(inputs: list[object], person: Person) -> None:
    before = json.dumps({"inputs": inputs}).encode()
    file = person.has(VSCODE, before)
    person.installs(VSCODE)
    assert find_entry(VSCODE, file.read_text())
    person.uninstalls(VSCODE)
    assert file.read_bytes() == before


@pytest.mark.parametrize("last", [{}, {"type": "promptString"}])
def test_a_question_that_is_there_twice_is_taken_out_whole(
    last: dict[str, str], person: Person
) -> None:
    twice = [{"id": "coasty_key", "type": "x"}, {"id": "coasty_key", **last}]
    file = person.has(VSCODE, json.dumps({"servers": {"a": OTHER}, "inputs": twice}).encode())
    person.installs(VSCODE)
    person.uninstalls(VSCODE)
    assert json.loads(file.read_text()) == {"servers": {"a": OTHER}}


def test_of_two_places_in_opencode_the_newer_one_is_used_and_both_are_emptied(
    person: Person,
) -> None:
    old = {"coasty": {"command": ["old"]}, "servers": {"a": OTHER}}
    file = person.has(OPENCODE, json.dumps({"mcp": old}).encode())
    person.installs(OPENCODE)
    servers = json.loads(file.read_text())["mcp"]
    assert list(servers) == ["servers"]
    assert set(servers["servers"]) == {"a", "coasty"}
    servers["coasty"] = {"command": ["old"]}
    file.write_text(json.dumps({"mcp": servers}))
    person.uninstalls(OPENCODE)
    assert json.loads(file.read_text()) == {"mcp": {"servers": {"a": OTHER}}}


def test_a_server_of_opencode_may_be_called_servers(person: Person) -> None:
    mine = {"type": "local", "command": ["mine"]}
    file = person.has(OPENCODE, json.dumps({"mcp": {"servers": mine}}).encode())
    person.installs(OPENCODE)
    assert set(json.loads(file.read_text())["mcp"]) == {"servers", "coasty"}


@pytest.mark.skipif(os.name != "posix", reason="makes a folder read-only")
def test_where_the_second_file_cannot_be_written_the_first_is_as_it_was(tmp_path: Path) -> None:
    person = Person(tmp_path, "win32")
    store = tmp_path / "AppData/Local/Packages/Claude_1/LocalCache/Roaming/Claude"
    store.mkdir(parents=True)
    first, second = person.user.files(DESKTOP, "user")
    first.write_text(json.dumps({"mcpServers": {"a": OTHER}}))
    first.chmod(0o644)
    before = {each: (each.read_bytes(), each.stat().st_mode) for each in store.iterdir()}
    second.parent.mkdir(parents=True)
    second.write_text("{}")
    second.chmod(0o400)
    with pytest.raises(HostConfigError, match="read-only"):
        person.installs(DESKTOP)
    after = {each: (each.read_bytes(), each.stat().st_mode) for each in store.iterdir()}
    assert after == before
    assert second.read_text() == "{}"


def test_a_project_and_a_folder_with_something_in_it_stay(person: Person) -> None:
    person.user.project.mkdir()
    person.installs(VSCODE, scope="project")
    person.uninstalls(VSCODE, "project")
    assert list(person.user.project.iterdir()) == []
    person.has(VSCODE, b"").with_name("settings.json").touch()
    person.installs(VSCODE)
    person.uninstalls(VSCODE)
    assert person.file(VSCODE).with_name("settings.json").exists()


@pytest.mark.parametrize("pasted", [f' "{KEY}"\n', f"\ufeff{KEY}\r\n", f"'{KEY}' "])
def test_a_key_is_written_without_what_sticks_to_it(pasted: str, tmp_path: Path) -> None:
    person = Person(tmp_path, COASTY_API_KEY=pasted)
    person.installs(DESKTOP)
    entry = find_entry(DESKTOP, person.file(DESKTOP).read_text())
    assert literal_key(DESKTOP, entry) == KEY


@pytest.mark.parametrize("unfilled", ["${COASTY_API_KEY}", " ", "<your key>"])
def test_a_placeholder_is_written_nowhere(unfilled: str, tmp_path: Path) -> None:
    person = Person(tmp_path, COASTY_API_KEY=unfilled)
    assert "There is no key in the file yet" in person.installs(DESKTOP)
    assert not literal_key(DESKTOP, find_entry(DESKTOP, person.file(DESKTOP).read_text()))


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    person = Person(tmp_path, COASTY_API_KEY="sk-coasty live")
    with pytest.raises(HostConfigError, match="a character in it that no key has"):
        person.installs(DESKTOP)


LONG = {
    "3,000 anchors": (GOOSE, "".join(f"a{n}: &a{n} {n}\n" for n in range(3000))),
    "100,000 comments": (VSCODE, "{\n" + "// mine\n" * 100_000 + "}"),
    "100,000 numbers": (CODEX, f"a = [{'1,' * 100_000}]\n"),
}


@pytest.mark.parametrize("name", LONG)
def test_what_would_take_long_to_read_is_refused_at_once(name: str, person: Person) -> None:
    host, text = LONG[name]
    person.has(host, text.encode())
    began = process_time()
    with pytest.raises(HostConfigError, match=r"longer than \d+ kB"):
        person.installs(host, TINY)
    assert process_time() - began < 1


@pytest.mark.parametrize("host", [VSCODE, GOOSE, CODEX], ids=lambda host: host.name)
def test_how_long_a_file_may_be_is_told_as_it_is(host: Host) -> None:
    with pytest.raises(InvalidDocument) as refused:
        find_entry(host, " " * 2**20)
    [told] = re.findall(r"longer than (\d+) kB", str(refused.value))
    longest = int(told) * 1000
    assert find_entry(host, " " * longest) is None
    with pytest.raises(InvalidDocument):
        find_entry(host, " " * (longest + 1))
