"""Hosts that the doctor tries, and how `coasty-mcp doctor` says what it found."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coasty_mcp.cli import main
from coasty_mcp.hosts.commands import printed_entry
from coasty_mcp.hosts.config_entry import ServerCommand
from coasty_mcp.hosts.own_command import own_command
from coasty_mcp.settings import Settings, variable
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.doctor_run import LIVE, diagnosed
from support.host_files import TINY, Person, named, sample


def configured(person: Person, name: str, server: ServerCommand) -> None:
    """With what install would write, not started yet."""
    person.has(named(name), "\n".join(printed_entry(name, server)).encode())


async def test_each_host_that_names_this_installation_is_told_how_it_starts(
    tmp_path: Path,
) -> None:
    person = Person(tmp_path)
    configured(person, "cursor", TINY)
    configured(person, "codex", replace(TINY, sandbox=True))
    configured(person, "goose", ServerCommand("/nowhere/coasty-mcp"))
    person.has(named("gemini"), b'{"mcpServers": ')
    person.has(named("zed"), b'{"context_servers": {"coasty": {"url": "https://coasty.invalid"}}}')
    person.has(named("vscode"), sample(named("vscode")))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    found = await diagnosed(tmp_path, {}, sandbox=True)
    for name in ("cursor", "codex"):
        assert found[name].status == "warn"
        assert re.search(r"starts: 1 tools, \d+ ms, but version 1\.2\.3, not ", found[name].found)
    assert found["goose"].status == "fail"
    assert 'starts "/nowhere/coasty-mcp", which is not there' in found["goose"].found
    assert found["goose"].fix.startswith("coasty-mcp install goose")
    assert "cannot be read: line 1" in found["gemini"].found
    assert "without a command" in found["zed"].found
    assert found["gemini"].status == found["zed"].status == "warn"
    assert not {"vscode", "hosts"} & {*found}
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert after == before


async def test_the_real_server_is_found_by_its_bare_name_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.doctor.own_server.START_TIMEOUT", 50)  # on a busy computer
    own = own_command()
    configured(Person(tmp_path), "cursor", own)
    configured(Person(tmp_path), "codex", ServerCommand())
    more = replace(own, args=(*own.args, "--read-only"))
    configured(Person(tmp_path), "gemini", more)
    project = Person(tmp_path).file(named("qwen"), "project")
    project.parent.mkdir(parents=True)
    project.write_text("\n".join(printed_entry("qwen", more)))
    path = {"PATH": str(Path(own.command).parent)}
    found = await diagnosed(tmp_path, path, own, sandbox=True)
    for name in ("cursor", "codex"):
        assert found[name].status == "ok"
        assert f"starts: {NUMBER_OF_DEFAULT_TOOLS} tools, " in found[name].found
    assert (found["gemini"].status, found["gemini"].fix) == ("ok", "")
    assert found["qwen"].status == "warn", "what a stranger may have added is looked at"
    assert found["pictures"].status == "ok"
    assert "answers with a screenshot of 1280x720 in " in found["pictures"].found


async def test_a_server_that_gives_no_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.doctor.own_server.START_TIMEOUT", 0.2)
    silent = ServerCommand(sys.executable, ("-c", "input(); input()"))
    configured(Person(tmp_path), "lmstudio", silent)
    found = await diagnosed(tmp_path, {}, silent, sandbox=True)
    assert "does not start: no answer within 0.2 s" in found["lmstudio"].found
    assert found["lmstudio"].status == "fail"
    assert "pictures" not in found, "which would be waited for once more"


async def test_where_no_host_has_it_those_of_this_computer_are_named(tmp_path: Path) -> None:
    for name in ("cursor", "vscode"):
        Person(tmp_path).has(named(name), sample(named(name)))
    [*_, found] = (await diagnosed(tmp_path, {}, sandbox=True)).values()
    assert found.found == "none has coasty (on this computer: cursor, vscode)"


async def test_the_last_words_of_a_server_do_not_give_its_key_away(tmp_path: Path) -> None:
    talks = ServerCommand(sys.executable, ("-c", f"import sys; sys.exit('bad key {LIVE}')"))
    configured(Person(tmp_path), "cursor", talks)
    found = await diagnosed(tmp_path, {}, talks, sandbox=True)
    assert "does not start: bad key " in found["cursor"].found


def doctor(home: Path, *arguments: str, **environment: str) -> Result:
    """The command, on a computer with that home folder."""
    unset = dict.fromkeys([*map(variable, Settings.model_fields), "FORCE_COLOR", "NO_COLOR"])
    variables = {**unset, "HOME": str(home), "XDG_CONFIG_HOME": None, **environment}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return CliRunner(env=variables).invoke(main, arguments)


@pytest.mark.parametrize("arguments", [("doctor", "--sandbox"), ("--sandbox", "doctor")])
def test_it_prints_a_line_for_each_finding(arguments: tuple[str, ...], tmp_path: Path) -> None:
    shown = doctor(tmp_path, *arguments)
    assert shown.exit_code == 0
    assert re.search(r"^ok    key             the sandbox needs none$", shown.output, re.MULTILINE)
    none = "none has coasty (on this computer: none). coasty-mcp install HOST adds it."
    assert re.search(rf"^warn  hosts +{re.escape(none)}$", shown.output, re.MULTILINE)
    assert all(re.match(r"(ok|warn|fail) ", line) for line in shown.output.splitlines())


def test_a_failure_is_exit_code_1(tmp_path: Path) -> None:
    shown = doctor(tmp_path, "doctor", COASTY_LOG_LEVEL="loud")
    assert shown.exit_code == 1
    assert "fail  settings" in shown.output


@pytest.mark.parametrize(("level", "code"), [("INFO", 0), ("loud", 1)])
def test_for_programs_it_is_a_list_of_objects(level: str, code: int, tmp_path: Path) -> None:
    shown = doctor(tmp_path, "doctor", "--sandbox", "--json", COASTY_LOG_LEVEL=level)
    found = json.loads(shown.output)
    assert shown.exit_code == code
    assert all(list(finding) == ["name", "status", "found", "fix"] for finding in found)
    assert {finding["status"] for finding in found} == {"ok", "warn", *["fail"] * code}


def test_it_is_coloured_on_a_terminal_alone(tmp_path: Path) -> None:
    assert "\x1b" not in doctor(tmp_path, "doctor", "--sandbox").output
    shown = doctor(tmp_path, "doctor", "--sandbox", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b[32mok" in shown.output
