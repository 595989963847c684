"""What somebody else has written into a configuration is shown, and never run or believed."""

import ast
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from subprocess import run
from typing import Any

import anyio
import pytest

import coasty_mcp
from coasty_mcp.doctor.hosts import check_hosts
from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import list_hosts
from coasty_mcp.hosts.config_entry import Entry, ServerCommand, config_entries
from coasty_mcp.hosts.errors import HostConfigError
from coasty_mcp.hosts.formats import FORMATS, put
from coasty_mcp.hosts.handshake import perform_handshake
from coasty_mcp.hosts.host import Host, Scope
from coasty_mcp.hosts.host_document import find_entry
from coasty_mcp.hosts.own_command import own_command
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.doctor_run import LIVE, diagnosed
from support.host_files import SAMPLES, Person, named

PLANTED = {
    "PYTHONPATH": "planted-folder",
    "LD_PRELOAD": "planted.so",
    "COASTY_BASE_URL": "https://planted.invalid/v1",
    "COASTY_API_KEY": "sk-coasty-live-planted",
}
NETWORK = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"), "http://p:1"),
    "NO_PROXY": "there.example",
    "SSL_CERT_FILE": "/there.pem",
    "SSL_CERT_DIR": "/there",
    "UV_INDEX_URL": "https://there.example/simple",
}
"""What uvx may need to reach its index."""
FILES = [
    pytest.param(host, scope, id=f"{host.name}-{scope}")
    for host in HOSTS
    for scope in ("user", "project")
    if scope == "user" or host.project_file
]
PROJECTS = [pytest.param(host, id=host.name) for host in HOSTS if host.project_file]


class Folder:
    """A home folder, a cloned repository below it, and a server that notes its environment."""

    def __init__(self, home: Path) -> None:
        self.person = Person(home, COASTY_API_KEY=LIVE)
        self.marker = home / "was-run"
        self.note = home / "started-with.json"
        server = (str(SAMPLES / "recording_server.py"), str(self.note))
        self.own = ServerCommand(sys.executable, server)

    def plant(self, host: Host, scope: Scope, entry: Entry) -> Path:
        file = self.person.file(host, scope)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(put(FORMATS[host.format], "", host.entry_path, entry))
        return file

    def entry(self, host: Host, server: ServerCommand, **more: object) -> Entry:
        """Our entry for that server, with variables besides."""
        return {**config_entries(host, server)[host.entry_path], host.env_field: PLANTED, **more}

    def shell(self) -> ServerCommand:
        return ServerCommand("/bin/sh", ("-c", f"touch '{self.marker}'"))

    def started_with(self) -> dict[str, Any]:
        return json.loads(self.note.read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(("host", "scope"), FILES)
async def test_the_doctor_shows_a_foreign_command_and_does_not_run_it(
    host: Host, scope: Scope, folder: Folder, tmp_path: Path
) -> None:
    folder.plant(host, scope, folder.entry(host, folder.shell()))
    found = (await diagnosed(tmp_path, {"PATH": os.defpath}, folder.own, sandbox=True))[host.name]
    assert not folder.marker.exists()
    assert not folder.note.exists()
    assert found.status == "warn"
    assert "so it was not tried: " in found.found
    assert "/bin/sh -c 'touch" in found.found
    assert ("--scope project" in found.fix) == (scope == "project")


@pytest.mark.parametrize(("host", "scope"), FILES)
async def test_our_own_server_gets_nothing_from_a_configuration(
    host: Host, scope: Scope, folder: Folder, tmp_path: Path
) -> None:
    server = replace(folder.own, args=(*folder.own.args, "--log-file", "planted.log"))
    folder.plant(host, scope, folder.entry(host, server, envFile="planted.env"))
    found = (await diagnosed(tmp_path, {"COASTY_API_KEY": LIVE}, folder.own))[host.name]
    started = folder.started_with()
    assert not started["variables"].keys() & PLANTED.keys()
    assert "planted" not in str(started)
    assert LIVE not in str(started)
    assert started["arguments"] in ([], ["--sandbox"])  # the check of pictures comes last
    others = "envFile, PYTHONPATH, LD_PRELOAD, COASTY_BASE_URL, --log-file, planted.log"
    assert found.found.endswith(f'; not tried with what else is in it: "{others}"')


async def test_another_program_with_our_arguments_is_not_ours(
    folder: Folder, tmp_path: Path
) -> None:
    host = named("cursor")
    folder.plant(host, "user", folder.entry(host, replace(folder.own, command="/bin/sh")))
    found = (await diagnosed(tmp_path, {"PATH": os.defpath}, folder.own, sandbox=True))[host.name]
    assert "starts another command than this installation's" in found.found
    assert not folder.note.exists()


@pytest.mark.parametrize("host", PROJECTS)
def test_install_in_a_project_keeps_nothing_of_a_planted_entry(host: Host, folder: Folder) -> None:
    planted = folder.entry(host, folder.shell(), envFile="planted.env")
    file = folder.plant(host, "project", planted)
    told = folder.person.installs(host, folder.own, "project")
    ours = config_entries(host, folder.own)[host.entry_path]
    assert find_entry(host, file.read_text()) == ours
    assert "planted" not in file.read_text()
    assert not folder.marker.exists()
    assert "planted" not in str(folder.started_with())
    assert LIVE not in str(folder.started_with())
    names = "envFile, PYTHONPATH, LD_PRELOAD, COASTY_BASE_URL"
    assert f"Left out of it, as unknown: {names}." in told.splitlines()


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_what_a_person_added_to_their_own_entry_stays_and_is_not_tried(
    host: Host, folder: Folder
) -> None:
    file = folder.plant(host, "user", folder.entry(host, folder.own))
    told = folder.person.installs(host, folder.own)
    entry = find_entry(host, file.read_text())
    assert isinstance(entry, dict)
    assert entry[host.env_field]["PYTHONPATH"] == "planted-folder"
    names = "PYTHONPATH, LD_PRELOAD, COASTY_BASE_URL"
    assert f"Kept in it, and not tried: {names}." in told.splitlines()
    assert "planted" not in str(folder.started_with())


def test_of_our_own_variables_only_those_of_the_network_are_passed_on(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {**PLANTED, **NETWORK, "COASTY_LOG_FILE": "x"}.items():
        monkeypatch.setenv(name, text)
    folder.person.installs(named("cursor"), folder.own)
    started = folder.started_with()
    assert not started["variables"].keys() & {*PLANTED, "COASTY_LOG_FILE"}
    assert started["variables"].items() >= NETWORK.items()
    assert started["variables"]["PATH"] == os.defpath
    assert not Path(started["folder"]).exists()


def test_a_server_that_does_not_start_leaves_every_file_as_it_was(folder: Folder) -> None:
    host = named("cursor")
    file = folder.person.has(host, b'{"mcpServers": {}}')
    fails = "import sys; print('x', file=sys.stderr); sys.exit('no such luck')"
    broken = ServerCommand(sys.executable, ("-c", fails))
    with pytest.raises(HostConfigError, match=r"^Nothing was written, .*: no such luck$"):
        folder.person.installs(host, broken)
    assert file.read_bytes() == b'{"mcpServers": {}}'
    assert list(file.parent.iterdir()) == [file]


def test_all_that_uv_says_of_an_error_is_told(folder: Folder) -> None:
    says = "error: no solution\\n  cause: there is\\n\\x1b[2J  no such package"
    uv = ServerCommand(
        sys.executable, ("-c", f"import sys; print('Resolving'); sys.exit('{says}')")
    )
    with pytest.raises(HostConfigError, match="error: no solution cause: there is") as refused:
        folder.person.installs(named("cursor"), uv)
    assert str(refused.value).isprintable()


def test_what_lies_in_the_working_folder_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "coasty_mcp"
    package.mkdir()
    for planted in (package / "__init__.py", package / "__main__.py", tmp_path / "json.py"):
        planted.write_text(f"open({str(tmp_path / 'was-run')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    without_script = own_command(tmp_path / "nowhere")
    assert anyio.run(perform_handshake, without_script).tools == NUMBER_OF_DEFAULT_TOOLS
    python = [without_script.command, *without_script.args, "--version"]
    assert run(python, check=False).returncode == 0, "as a host starts it in that folder"
    assert not (tmp_path / "was-run").exists()


FORGED = "x\nok    key             fine\x1b[2J\u202e"


async def test_nothing_in_a_configuration_forges_a_line(folder: Folder, tmp_path: Path) -> None:
    twice = '{"mcpServers": {"coasty": {%s: 1, %s: 2}}}' % ((json.dumps(FORGED),) * 2)
    folder.person.has(named("claude_desktop"), twice.encode())
    yaml = 'extensions: {coasty: {"%s": 1, "%s": 1}}'.replace(
        "%s", FORGED.encode("unicode_escape").decode()
    )
    folder.person.has(named("goose"), yaml.encode())
    for number, name in enumerate(("cursor", "windsurf", "gemini")):
        words = [FORGED, "\0", "\ud83d"][number]
        entry: Entry = {"command": words, "args": [words], words: 1, "env": {words: words}}
        content = json.dumps({"mcpServers": {"coasty": entry}})
        folder.person.has(named(name), content.encode())
    folder.plant(named("qwen"), "user", folder.entry(named("qwen"), folder.own, **{FORGED: 1}))
    told = [*list_hosts(folder.person.user)]
    for host in HOSTS:
        try:
            told += folder.person.installs(host, folder.own, dry_run=True).splitlines()
        except HostConfigError as refused:
            told.append(str(refused))
    told += [finding.found for finding in (await diagnosed(tmp_path, {}, folder.own)).values()]
    assert any("fine" in line for line in told)
    assert not any("secret" in line for line in told)
    for line in told:
        assert line.replace("\t", "").isprintable()
        assert not line.startswith("ok ")


def test_at_home_a_file_is_examined_once(folder: Folder) -> None:
    host = named("cursor")
    folder.plant(host, "user", folder.entry(host, folder.own))
    at_home = replace(folder.person.user, project=folder.person.user.home)
    findings = anyio.run(check_hosts, at_home, folder.own)
    [found] = [each for each in findings if each.name == host.name]
    assert "--scope" not in found.fix


def test_a_link_of_a_project_that_leads_out_of_it_is_not_followed(folder: Folder) -> None:
    host = named("claude_code")
    mine = folder.person.has(host, b"{}")
    link = folder.person.file(host, "project")
    link.parent.mkdir()
    link.symlink_to(mine)
    with pytest.raises(HostConfigError, match="leads out of the project"):
        folder.person.installs(host, folder.own, "project")
    assert mine.read_bytes() == b"{}"


IMPORTED = {
    *("subprocess", "multiprocessing", "pty", "webbrowser", "ProcessPoolExecutor"),
    *("stdio_client", "StdioServerParameters"),
}
CALLED = {
    *("open_process", "run_process", "to_process", "create_subprocess_exec"),
    *("create_subprocess_shell", "system", "popen", "fork", "forkpty", "startfile"),
    *(name for name in dir(os) if name.startswith(("exec", "spawn", "posix_spawn"))),
}
"""What starts a process: as modules or names of the SDK, and of os, anyio and asyncio."""


def starts_a_process(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=aliases):
            return bool(IMPORTED & {alias.name for alias in aliases})
        case ast.ImportFrom(module="os" | "anyio" | "asyncio", names=aliases):
            return bool(CALLED & {alias.name for alias in aliases})
        case ast.ImportFrom(module=module, names=aliases):
            return bool(IMPORTED & {module, *(alias.name for alias in aliases)})
        case ast.Attribute(value=ast.Name(id="os" | "anyio" | "asyncio"), attr=name):
            return name in CALLED
        case _:
            return False


def test_only_our_own_program_is_started_and_only_where_it_is_known() -> None:
    """The server, by the launcher; and this Python: for pictures that may attack, and for the
    clipboard of this computer's screen, which goes on when a call has ended.

    Besides, the sandbox's real desktops are programs, where somebody asked for them.
    """
    package = Path(coasty_mcp.__file__).parent
    starting = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(map(starts_a_process, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    besides = {each for each in starting if each.startswith("sandbox/real_desktop/")}
    clipboard = {"local/lent_clipboard.py", "local/clipboard_process.py"}
    assert starting - besides == {"hosts/launcher.py", "screens/picture_worker.py"} | clipboard
