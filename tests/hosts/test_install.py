"""`coasty-mcp install` and `uninstall` on the files that people have."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.config_entry import ServerCommand, config_entries
from coasty_mcp.hosts.errors import HostConfigError
from coasty_mcp.hosts.formats import FORMATS, get
from coasty_mcp.hosts.host import Host
from support.host_files import TINY, Person, named, sample

each_host = pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def as_it_is(content: bytes) -> bytes:
    return content


def from_windows(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def with_a_bom(content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + content


def has_block(host: Host, file: Path, server: ServerCommand = TINY) -> bool:
    content = FORMATS[host.format].read(file.read_text("utf-8-sig"))
    return all(get(content, path) == block for path, block in config_entries(host, server).items())


def everything(person: Person) -> dict[Path, bytes]:
    files = filter(Path.is_file, person.user.home.rglob("*"))
    return {file: file.read_bytes() for file in files}


@each_host
@pytest.mark.parametrize("written", [as_it_is, from_windows, with_a_bom])
def test_install_only_inserts_and_uninstall_takes_exactly_that_out(
    host: Host, written: Callable[[bytes], bytes], person: Person
) -> None:
    before = written(sample(host))
    file = person.has(host, before)
    person.installs(host)
    assert has_block(host, file)
    left = iter(after := file.read_bytes())
    assert all(byte in left for byte in before), "something else was changed or moved"
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    person.uninstalls(host)
    assert file.read_bytes() == before


def test_one_line_end_of_windows_is_enough_to_keep_to_it(person: Person) -> None:
    written = person.has(named("cursor"), b"{}\r\n")
    person.installs(named("cursor"))
    assert written.read_bytes().count(b"\r\n") == written.read_bytes().count(b"\n") > 1


@each_host
def test_a_missing_file_is_created(host: Host, person: Person) -> None:
    person.installs(host)
    assert has_block(host, person.file(host))
    assert b"\r" not in person.file(host).read_bytes()


@each_host
def test_an_empty_file_is_filled(host: Host, person: Person) -> None:
    file = person.has(host, b"")
    person.installs(host)
    assert has_block(host, file)


@each_host
def test_a_second_time_there_is_nothing_to_do(host: Host, person: Person) -> None:
    person.has(host, sample(host))
    person.installs(host)
    before = everything(person)
    assert "is already in" in person.installs(host)
    assert everything(person) == before


@each_host
def test_another_command_takes_the_place_of_the_old_one(host: Host, person: Person) -> None:
    file = person.has(host, sample(host))
    person.installs(host)
    moved = ServerCommand(TINY.command, ("-u", *TINY.args))
    person.installs(host, moved)
    assert has_block(host, file, moved)


@each_host
def test_a_broken_file_is_left_alone(host: Host, person: Person) -> None:
    broken = sample(host).replace(b'"\n', b"\n", 1) + b"\n}{ [\n"
    file = person.has(host, broken)
    with pytest.raises(HostConfigError, match=r"left as it is: line \d+: \S"):
        person.installs(host)
    assert file.read_bytes() == broken
    assert list(file.parent.iterdir()) == [file]


def test_a_container_of_another_type_is_left_alone(person: Person) -> None:
    file = person.has(named("cursor"), b'{\n  "mcpServers": []\n}\n')
    with pytest.raises(HostConfigError, match="line 2: there should be an object here"):
        person.installs(named("cursor"))
    assert file.read_bytes() == b'{\n  "mcpServers": []\n}\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codex", b"mcp_servers = { docs = { command = 'docs' } }\n"),
        ("codex", b"mcp_servers = 3\n"),
        ("goose", b"extensions: none\n"),
        ("goose", b"- a\n- b\n"),
        ("gemini", b'{"mcpServers": {"coasty": "yes"}}'),
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(
    name: str, content: bytes, person: Person
) -> None:
    file = person.has(named(name), content)
    with pytest.raises(HostConfigError, match="is left as it is"):
        person.installs(named(name))
    assert file.read_bytes() == content


def test_a_host_without_comments_says_where_one_is(person: Person) -> None:
    person.has(named("claude_desktop"), b'{\n  // mine\n  "mcpServers": {}\n}')
    with pytest.raises(HostConfigError, match="line 2"):
        person.installs(named("claude_desktop"))


def test_a_file_that_is_not_text_is_left_alone(person: Person) -> None:
    person.has(named("cursor"), b"\xff\xfe{\x00}\x00")
    with pytest.raises(HostConfigError, match="it is not UTF-8"):
        person.installs(named("cursor"))


def test_yaml_in_braces_stays_in_braces(person: Person) -> None:
    file = person.has(named("goose"), b"extensions: {a: {enabled: true}}\n")
    person.installs(named("goose"))
    assert has_block(named("goose"), file)
    person.uninstalls(named("goose"))
    assert file.read_bytes() == b"extensions: {a: {enabled: true}}\n"


@pytest.mark.parametrize("host", [host for host in HOSTS if host.format.startswith("json")])
def test_uninstall_leaves_the_place_of_the_servers_where_there_is_nothing_else(
    host: Host, person: Person
) -> None:
    place = host.entry_path[0]
    before = f'{{\n  "{place}": {{}}\n}}\n'.encode()
    file = person.has(host, before)
    person.installs(host)
    person.uninstalls(host)
    assert file.read_bytes() == before, "Claude Code and Copilot CLI refuse a file without it"


def test_a_newer_opencode_gets_the_block_where_it_looks(person: Person) -> None:
    file = person.has(named("opencode"), b'{"mcp": {"servers": {}, "timeout": {}}}')
    person.installs(named("opencode"))
    assert "coasty" in json.loads(file.read_text())["mcp"]["servers"]


def test_what_somebody_added_to_our_block_stays(person: Person) -> None:
    host = named("gemini")
    file = person.has(host, sample(host))
    person.installs(host)
    file.write_text(file.read_text().replace('"env": {', '"trust": true, "env": {"A": "b",'))
    moved = ServerCommand(TINY.command, ("-u", *TINY.args))
    person.installs(host, moved)
    block = get(FORMATS["jsonc"].read(file.read_text()), host.entry_path)
    env = {"A": "b", "COASTY_API_KEY": "$COASTY_API_KEY"}
    assert block == {**config_entries(host, moved)[host.entry_path], "trust": True, "env": env}


def test_what_took_the_place_of_something_else_is_not_said_to_be_kept(person: Person) -> None:
    person.has(named("claude_code"), b'{"mcpServers": {"coasty": {"type": "sse", "url": "x"}}}')
    assert "Kept in it, and not tried: url." in person.installs(named("claude_code")).splitlines()


def test_a_backup_is_kept_of_each_state(person: Person) -> None:
    host = named("zed")
    file = person.has(host, sample(host))
    wrote = f"Wrote {file} (the old one is settings.json.coasty-backup)."
    assert wrote in person.installs(host).splitlines()
    with_coasty = file.read_bytes()
    person.uninstalls(host)
    assert file.with_name("settings.json.coasty-backup").read_bytes() == sample(host)
    assert file.with_name("settings.json.coasty-backup-2").read_bytes() == with_coasty


def test_the_permissions_of_a_file_and_a_link_to_it_stay(person: Person, tmp_path: Path) -> None:
    host = named("cursor")
    dotfile = tmp_path / "dotfiles.json"
    dotfile.write_bytes(sample(host))
    dotfile.chmod(0o600)
    link = person.file(host)
    link.parent.mkdir()
    link.symlink_to(dotfile)
    person.installs(host)
    assert link.is_symlink()
    assert has_block(host, dotfile)
    assert stat.S_IMODE(dotfile.stat().st_mode) == 0o600


def test_a_read_only_file_is_left_alone(person: Person) -> None:
    file = person.has(named("cursor"), b"{}")
    file.chmod(0o400)
    with pytest.raises(HostConfigError, match=r"mcp\.json is read-only"):
        person.installs(named("cursor"))
    assert file.read_bytes() == b"{}"


def test_a_folder_that_cannot_be_made_is_one_sentence(person: Person) -> None:
    (person.user.home / ".cursor").write_text("a file, where the folder should be")
    with pytest.raises(HostConfigError, match=r"mcp\.json cannot be \w+: [^.]+\.$"):
        person.installs(named("cursor"))


def test_a_dry_run_shows_the_lines_and_changes_nothing(person: Person) -> None:
    file = person.has(named("codex"), sample(named("codex")))
    assert "\n+[mcp_servers.coasty]\n" in person.installs(named("codex"), dry_run=True)
    assert file.read_bytes() == sample(named("codex"))
    assert list(file.parent.iterdir()) == [file]
    person.installs(named("codex"))
    told = person.installs(named("codex"), dry_run=True)
    assert f"{file} would stay as it is." in told.splitlines()


def test_a_host_without_project_files_says_so(person: Person) -> None:
    with pytest.raises(HostConfigError, match="use --scope user"):
        person.installs(named("goose"), scope="project")


def test_a_project_has_its_own_file(person: Person) -> None:
    person.installs(named("vscode"), scope="project")
    assert has_block(named("vscode"), person.user.project / ".vscode/mcp.json")


def test_uninstall_without_install_changes_nothing(person: Person) -> None:
    assert "nothing to do" in person.uninstalls(named("goose"))
    assert everything(person) == {}
    file = person.has(named("goose"), sample(named("goose")))
    assert "nothing to do" in person.uninstalls(named("goose"))
    assert file.read_bytes() == sample(named("goose"))
