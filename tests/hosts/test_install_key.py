"""The key stays out of files where the host can get it from elsewhere; what was written starts."""

import json
import re
import sys
from dataclasses import replace
from importlib.metadata import distribution, version
from pathlib import Path
from time import perf_counter

import pytest
from click.testing import CliRunner, Result

from coasty_mcp.cli import main
from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import list_hosts, printed_entry, server_command
from coasty_mcp.hosts.config_entry import ServerCommand
from coasty_mcp.hosts.errors import HostConfigError
from coasty_mcp.hosts.host import Host
from coasty_mcp.hosts.own_command import own_command
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.host_files import TINY, Person, named, sample

KEY = "sk-coasty-test-0123456789"


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path, COASTY_API_KEY=KEY)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_only_claude_desktop_gets_the_key_itself(host: Host, person: Person) -> None:
    told = person.installs(host)
    is_there = KEY in person.file(host).read_text()
    assert is_there == (host.name == "claude_desktop")
    assert is_there == ("Your key is in that file" in told)
    assert "It is not set here" not in told
    assert KEY not in told


def test_the_key_survives_a_second_install_without_it(person: Person, tmp_path: Path) -> None:
    host = named("claude_desktop")
    person.installs(host)
    assert "Your key is in that file" in Person(tmp_path).installs(host)
    assert KEY in person.file(host).read_text()


def test_a_key_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    for host in HOSTS:
        told = Person(tmp_path).installs(host)
        refers = host.key_reference or host.variable_list_field
        again = "again." if host.name == "claude_desktop" else "again with --with-key."
        assert (f"set COASTY_API_KEY and run this {again}" in told) == (not refers)
        assert ("It is not set here" in told) == bool(refers and not host.key_prompt)


def test_a_dry_run_does_not_show_the_key(person: Person) -> None:
    told = person.installs(named("claude_desktop"), dry_run=True)
    assert KEY not in told
    assert '"COASTY_API_KEY": "<your key>"' in told


def test_a_dry_run_shows_no_secret_in_the_arguments_of_another_server(person: Person) -> None:
    host = named("cursor")
    file = person.file(host)
    file.parent.mkdir(parents=True)
    arguments = ["--token", "first-secret", "--api-key=second-secret", "-H", "X-Key: third-secret"]
    url = "https://me:fourth-secret@there.example/mcp?token=fifth-secret"
    file.write_text(json.dumps({"mcpServers": {"other": {"args": arguments, "url": url}}}))
    told = person.installs(host, dry_run=True)
    assert "-secret" not in told
    assert "<hidden>" in told


def test_half_a_character_in_a_name_is_refused_in_words_that_can_be_printed(tmp_path: Path) -> None:
    host, person = named("cursor"), Person(tmp_path)
    file = person.file(host)
    file.parent.mkdir(parents=True)
    file.write_text('{"mcpServers": {"coasty": {"command": "x", "\\ud800": 1}}}')
    with pytest.raises(HostConfigError, match="cannot be understood") as refused:
        person.installs(host)
    assert str(refused.value).encode()


def test_with_key_writes_it_and_shows_it_nowhere(person: Person) -> None:
    server = replace(TINY, key=server_command(person.user, sandbox=False, with_key=True).key)
    host = named("lmstudio")
    told = [*printed_entry("lmstudio", server), person.installs(host, server, dry_run=True)]
    told.append(person.installs(host, server))
    assert KEY in person.file(host).read_text()
    assert KEY not in str(told)
    assert str(told).count("<your key>") == 2


def test_with_key_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(HostConfigError, match="COASTY_API_KEY holds, and it is not set"):
        server_command(Person(tmp_path).user, sandbox=False, with_key=True)


def test_the_sandbox_needs_no_key(person: Person) -> None:
    server = server_command(person.user, sandbox=True, with_key=False)
    for host in HOSTS:
        [block] = printed_entry(host.name, server)
        assert "--sandbox" in block
        assert "COASTY_API_KEY" not in block


def test_what_was_written_is_started_and_how_to_see_it_is_told(person: Person) -> None:
    host, began = named("opencode"), perf_counter()
    *_, starts, last = person.installs(host).splitlines()
    took = re.fullmatch(r"It starts: version 1\.2\.3, 1 tools, (\d+) ms\.", starts)
    assert took
    assert 0 < int(took[1]) <= (perf_counter() - began) * 1000 + 1
    assert last.startswith(host.restart_hint)
    assert last.endswith(host.success_sign)


def test_a_server_that_does_not_start_is_reported_with_its_last_words(person: Person) -> None:
    fails = "import sys; sys.stderr.buffer.write(b'\\xff\\n'); sys.exit('no such luck')"
    broken = ServerCommand(sys.executable, ("-c", fails))
    with pytest.raises(HostConfigError, match="does not start: no such luck"):
        person.installs(named("cursor"), broken)


def test_a_command_that_is_not_there_is_reported(person: Person) -> None:
    with pytest.raises(HostConfigError, match=r"does not start: .*No such file"):
        person.installs(named("cursor"), ServerCommand("/nowhere/coasty-mcp"))


def test_hosts_of_this_computer_are_listed_with_what_they_have(person: Person) -> None:
    person.has(named("cursor"), sample(named("cursor")))
    person.has(named("goose"), b"a: [\n")
    person.installs(named("codex"))
    *lines, _ = list_hosts(person.user)
    cursor, codex, goose = lines
    assert cursor.split() == ["cursor", "Cursor"]
    assert f"has coasty, in {person.file(named('codex'))}" in codex
    assert "line 2" in goose


def test_where_no_host_is_found_those_that_there_are_are_named(tmp_path: Path) -> None:
    none, known = list_hosts(Person(tmp_path).user)
    assert none == "No host was found on this computer."
    assert all(host.name in known for host in HOSTS)


@pytest.mark.parametrize("name", ["coasty-mcp", "coasty-mcp.exe"])
def test_the_command_is_the_script_of_this_installation(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert own_command(tmp_path) == ServerCommand(str(tmp_path / name))


def test_without_a_script_the_command_is_python(tmp_path: Path) -> None:
    assert own_command(tmp_path, "/usr/bin/python3") == ServerCommand(
        "/usr/bin/python3", ("-P", "-m", "coasty_mcp")
    )


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        (None, ()),
        ({"url": "file:///home/ada/a%20copy", "dir_info": {}}, ("--from", "/home/ada/a copy")),
        (
            {"url": "file:///tmp/coasty_mcp-1-py3-none-any.whl", "archive_info": {}},
            ("--from", "/tmp/coasty_mcp-1-py3-none-any.whl"),
        ),
        (
            {
                "url": "https://example.com/coasty.git",
                "vcs_info": {"vcs": "git", "commit_id": "c0ffee"},
                "subdirectory": "server",
            },
            ("--from", "git+https://example.com/coasty.git@c0ffee#subdirectory=server"),
        ),
    ],
)
def test_a_run_by_uvx_is_repeated_by_uvx_from_the_same_source(
    origin: object, source: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    direct_url = json.dumps(origin) if origin else ""
    for folder in ("archive-v0", "builds-v0", "environments-v2"):
        scripts = tmp_path / "uv" / folder / "x1" / "bin"
        repeated = own_command(scripts, direct_url=direct_url)
        assert repeated == ServerCommand("uvx", (*source, "coasty-mcp"))


def test_uvx_has_its_whole_path_and_the_source_is_that_of_this_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uvx := tmp_path / "uvx").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    origin = distribution("coasty-mcp").read_text("direct_url.json")
    scripts = tmp_path / "uv" / "archive-v0" / "bin"
    assert own_command(scripts) == own_command(scripts, direct_url=origin or "")
    assert own_command(scripts).command == str(uvx)


def run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> Result:
    for variable in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(variable, str(home))
    return CliRunner().invoke(main, arguments)


def test_the_command_installs_this_very_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = run(monkeypatch, tmp_path, "install", "cursor", "--sandbox")
    assert result.exit_code == 0, result.output
    starts = f"It starts: version {version('coasty-mcp')}, {NUMBER_OF_DEFAULT_TOOLS} tools, "
    assert starts in result.output
    block = json.loads((tmp_path / ".cursor/mcp.json").read_text())["mcpServers"]["coasty"]
    assert Path(block["command"]).is_absolute()
    assert block["args"][-1] == "--sandbox"
    assert "has coasty" in run(monkeypatch, tmp_path, "install").output
    assert run(monkeypatch, tmp_path, "uninstall", "cursor").exit_code == 0
    assert "has coasty" not in run(monkeypatch, tmp_path, "install").output


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_an_unknown_host_is_one_line_that_names_the_known_ones(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = run(monkeypatch, tmp_path, command, "emacs")
    assert result.exit_code == 2
    assert result.stderr.startswith("coasty-mcp: There is no host emacs. There are: claude_desktop")


def test_print_gives_the_block_and_touches_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printed = json.loads(run(monkeypatch, tmp_path, "install", "zed", "--print").stdout)
    assert list(printed) == ["context_servers"]
    assert list(tmp_path.iterdir()) == []
