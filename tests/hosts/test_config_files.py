"""Only regular files are read and written; what holds a key stays private; nothing is left over."""

import json
import os
import resource
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from coasty_mcp.doctor.hosts import check_hosts
from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import list_hosts
from coasty_mcp.hosts.config_file import Document, FileChange, remove_file
from coasty_mcp.hosts.errors import HostConfigError
from coasty_mcp.hosts.host import Host
from support.host_files import TINY, Person, named, sample

KEY = "sk-coasty-live-0123456789"
PLAIN_KEY = "0f-no-known-shape"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
ONE_OF_EACH_FORMAT = [named(name) for name in ("claude_code", "vscode", "codex", "goose")]
each_host = pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path, COASTY_API_KEY=KEY)


def fifo(file: Path) -> None:
    os.mkfifo(file)


def folder(file: Path) -> None:
    file.mkdir()


def unix_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(file))


def link_to_a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def link_to_a_fifo(file: Path) -> None:
    os.mkfifo(file.with_name("fifo"))
    file.symlink_to("fifo")


def link_to_a_folder(file: Path) -> None:
    file.symlink_to(".")


def link_to_itself(file: Path) -> None:
    file.symlink_to(file.name)


@pytest.mark.parametrize(
    "made",
    [fifo, folder, unix_socket, link_to_a_device, link_to_a_fifo, link_to_a_folder, link_to_itself],
    ids=lambda made: made.__name__,
)
@pytest.mark.parametrize("host", ONE_OF_EACH_FORMAT, ids=lambda host: host.name)
def test_what_is_no_regular_file_is_refused_at_once(
    made: Callable[[Path], None], host: Host, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = person.file(host)
    file.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(file.parent)
    made(file)
    before = {each: each.lstat().st_mode for each in file.parent.iterdir()}
    sentence = r"^[^\n:]+ (is not a regular file|cannot be read: Too many [\w ]+)\.$"
    for command in (person.installs, person.uninstalls):
        with pytest.raises(HostConfigError, match=sentence):
            command(host)
    [found] = anyio.run(check_hosts, person.user, TINY)
    assert (found.name, found.status) == (host.name, "warn")
    assert any("regular file" in line or "read" in line for line in list_hosts(person.user))
    assert {each: each.lstat().st_mode for each in file.parent.iterdir()} == before


def test_a_file_is_not_read_to_an_end_that_never_comes(person: Person) -> None:
    os.truncate(person.has(named("claude_code"), b"{}"), 10 * 2**30)
    with pytest.raises(HostConfigError, match=r"cannot be read: it has more than [\d,]+ bytes\.$"):
        person.installs(named("claude_code"))


@each_host
def test_a_new_file_is_for_its_owner_alone(host: Host, person: Person) -> None:
    person.installs(host)
    assert stat.S_IMODE(person.file(host).stat().st_mode) == 0o600


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
@pytest.mark.parametrize("mode", [0o644, 0o664, 0o600, 0o755])
def test_others_lose_what_they_could_read_as_soon_as_a_key_is_in_a_file(
    mode: int, key: str, tmp_path: Path
) -> None:
    person, host = Person(tmp_path, COASTY_API_KEY=key), named("claude_desktop")
    file = person.has(host, sample(host))
    file.chmod(mode)
    person.installs(host)
    assert stat.S_IMODE(file.stat().st_mode) == mode & ~OTHERS
    person.installs(host, TINY.__class__(TINY.command, ("-u", *TINY.args)))
    for each in file.parent.iterdir():
        assert not each.stat().st_mode & OTHERS
    told = person.uninstalls(host)
    assert f"Wrote {file}." in told.splitlines(), "no backup was made of a file with a key"
    assert not [each for each in file.parent.iterdir() if key.encode() in each.read_bytes()]
    assert "coasty-backup-2" in told
    assert file.read_bytes() == sample(host)


@pytest.mark.parametrize("mode", [0o644, 0o664, 0o600, 0o640])
def test_the_mode_of_a_file_without_a_key_stays(mode: int, person: Person) -> None:
    host = named("codex")
    file = person.has(host, sample(host))
    file.chmod(mode)
    person.installs(host)
    person.uninstalls(host)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    for backup in file.parent.glob("*.coasty-backup*"):
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_file_and_its_backup_belong_to_whom_it_belonged(person: Person) -> None:
    host = named("codex")
    file = person.has(host, sample(host))
    os.chown(file, 1234, 2345)
    person.installs(host)
    for each in filter(Path.is_file, file.parent.iterdir()):
        assert (each.stat().st_uid, each.stat().st_gid) == (1234, 2345)


def test_names_that_somebody_has_prepared_are_not_written_through(
    person: Person, tmp_path: Path
) -> None:
    host, victim = named("cursor"), tmp_path / "victim"
    victim.write_text("mine")
    file = person.has(host, sample(host))
    for name in ("mcp.json.coasty-backup", ".mcp.json.coasty-new", "mcp.json.coasty-backup-2"):
        file.with_name(name).symlink_to(victim)
    person.installs(host)
    assert victim.read_text() == "mine"
    assert file.with_name("mcp.json.coasty-backup-3").read_bytes() == sample(host)


def test_a_temporary_file_has_a_name_of_its_own_each_time(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, replace = list[str](), Path.replace

    def noted(file: Path, target: Path) -> Path:
        names.append(file.name)
        return replace(file, target)

    monkeypatch.setattr(Path, "replace", noted)
    for _ in range(2):
        person.installs(named("cursor"))
        person.uninstalls(named("cursor"))
    assert len(names) == len({*names}) == 2


@each_host
def test_no_file_or_folder_is_left_where_there_was_none(host: Host, person: Person) -> None:
    person.installs(host)
    person.installs(host, TINY.__class__(TINY.command, ("-u", *TINY.args), key=KEY))
    assert f"Removed {person.file(host)}." in person.uninstalls(host).splitlines()
    assert list(person.user.home.iterdir()) == []


@pytest.mark.parametrize("more", [{}, {"inputs": []}, {"inputs": None, "more": {"a": []}}])
def test_a_file_of_ours_that_never_held_a_key_leaves_no_backup(
    more: dict[str, object], person: Person
) -> None:
    """Hosts put places for more beside our entry, in which nothing is yet."""
    host = named("cursor")
    person.installs(host)
    file = person.file(host)
    file.write_text(json.dumps(json.loads(file.read_text()) | more))
    person.uninstalls(host)
    assert list(person.user.home.iterdir()) == []


def test_a_file_that_the_host_has_filled_since_is_kept(person: Person) -> None:
    host = named("cursor")
    person.installs(host)
    file = person.file(host)
    content = json.loads(file.read_text())
    content["mcpServers"]["docs"] = {"command": "docs"}
    file.write_text(json.dumps(content))
    person.uninstalls(host)
    assert json.loads(file.read_text()) == {"mcpServers": {"docs": {"command": "docs"}}}


@pytest.mark.parametrize(
    ("name", "comment"),
    [("cursor", "// mine\n"), ("cursor", "/* mine */\n"), ("codex", "# mine\n")],
)
def test_a_file_that_a_person_has_commented_since_is_kept(
    name: str, comment: str, person: Person
) -> None:
    person.installs(named(name))
    file = person.file(named(name))
    file.write_text(comment + file.read_text())
    person.uninstalls(named(name))
    assert file.read_text().startswith(comment)


@pytest.mark.parametrize(("words", "stays"), [("{ not finished", True), (f"{{ {KEY}", False)])
def test_a_backup_that_cannot_be_understood_is_of_a_file_before_ours(
    words: str, stays: bool, person: Person
) -> None:
    host = named("cursor")
    person.installs(host)
    backup = person.file(host).with_name("mcp.json.coasty-backup-12")
    backup.write_text(words)
    person.uninstalls(host)
    assert json.loads(person.file(host).read_text()) == {"mcpServers": {}}
    assert backup.exists() is stays


def test_a_diff_has_whole_lines_also_where_a_file_ends_without_one() -> None:
    change = FileChange(Path("/mcp.json"), Document("a\nb"), Document("a\nc\n"))
    lines = ["--- /mcp.json", "+++ /mcp.json", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]
    assert change.diff() == "".join(f"{line}\n" for line in lines)


def test_what_cannot_be_removed_is_told_and_what_is_gone_is_not(tmp_path: Path) -> None:
    remove_file(tmp_path / "gone")
    with pytest.raises(HostConfigError, match=r"cannot be removed: \w"):
        remove_file(tmp_path)


def test_what_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "mcp.json"
    file.write_text("{}")
    change = FileChange(file, Document("{}"), Document('{"a": 1}'))
    file.write_text('{"b": 2}')
    with pytest.raises(HostConfigError, match="has just been changed"):
        change.write(private=False)
    assert file.read_text() == '{"b": 2}'
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, "long"), ("short", "long"), ("long", "short")],
    ids=["the new file", "its replacement", "the backup"],
)
def test_where_the_disk_is_full_the_file_is_as_it_was(
    before: str | None, after: str, tmp_path: Path
) -> None:
    documents = {"long": Document("x" * 2**20), "short": Document("{}"), None: None}
    file, old = tmp_path / "mcp.json", documents[before]
    if old:
        file.write_text(old.text)
    change = FileChange(file, old, documents[after])
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**19, limit[1]))
    try:
        with pytest.raises(HostConfigError, match=r"json cannot be written: File too large\.$"):
            change.write(private=False, backup=before == "long")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert [each.read_text() for each in tmp_path.iterdir()] == ([old.text] if old else [])


OTHER_SECRET = "ghp_5e4d3c2b1a"
WITH_SECRETS = {
    "json": '{"mcpServers": {"hub": {"command": "hub", "env": {"TOKEN": "%s"}}, "coasty": {"env": '
    '{"COASTY_API_KEY": "%s"}, "headers": {"Authorization": "Bearer %s"}}}}',
    "toml": "[mcp_servers.coasty.env]\nA = '%s'\nCOASTY_API_KEY = '%s'\n"
    "[mcp_servers.hub.env]\nT = '%s'\n",
    "yaml": "extensions:\n  coasty:\n    envs: {T: %s, COASTY_API_KEY: %s}\n  hub:\n"
    "    envs:\n      T: '%s'\n",
}


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
@pytest.mark.parametrize("name", ["claude_desktop", "copilot_cli", "codex", "goose"])
def test_a_dry_run_shows_no_key_of_ours_or_of_others(name: str, key: str, tmp_path: Path) -> None:
    person, host = Person(tmp_path, COASTY_API_KEY=key), named(name)
    written = WITH_SECRETS[host.format] % (OTHER_SECRET, key, OTHER_SECRET)
    person.has(host, written.encode())
    for told in (person.installs(host, dry_run=True), person.uninstalls(host, dry_run=True)):
        assert "coasty" in told
        assert key not in told
        assert OTHER_SECRET not in told
