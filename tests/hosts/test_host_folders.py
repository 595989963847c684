"""Where a host's files are on each platform."""

import sys
from pathlib import Path

import pytest

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.host import Host, Platform
from coasty_mcp.hosts.host_folders import UserEnvironment
from support.host_files import Person, named

CLAUDE = "Claude/claude_desktop_config.json"


@pytest.mark.parametrize(
    ("name", "platform", "place"),
    [
        (
            "claude_desktop",
            "darwin",
            "Library/Application Support/Claude/claude_desktop_config.json",
        ),
        ("claude_desktop", "win32", "AppData/Roaming/Claude/claude_desktop_config.json"),
        ("claude_desktop", "linux", ".config/Claude/claude_desktop_config.json"),
        ("vscode", "darwin", "Library/Application Support/Code/User/mcp.json"),
        ("vscode", "win32", "AppData/Roaming/Code/User/mcp.json"),
        ("vscode", "linux", ".config/Code/User/mcp.json"),
        ("zed", "win32", "AppData/Roaming/Zed/settings.json"),
        ("goose", "win32", "AppData/Roaming/Block/goose/config/config.yaml"),
        ("goose", "darwin", ".config/goose/config.yaml"),
        ("claude_code", "win32", ".claude.json"),
    ],
)
def test_a_file_is_where_the_host_looks(
    name: str, platform: Platform, place: str, tmp_path: Path
) -> None:
    assert Person(tmp_path, platform).file(named(name)) == tmp_path / place


@pytest.mark.parametrize(
    ("system", "platform"),
    [("darwin", "darwin"), ("win32", "win32"), ("linux", "linux"), ("freebsd14", "linux")],
)
def test_a_system_without_places_of_its_own_has_those_of_linux(
    system: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert UserEnvironment.here().platform == platform


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux"])
def test_every_host_has_a_file_below_the_home_folder(platform: Platform, tmp_path: Path) -> None:
    for host in HOSTS:
        assert Person(tmp_path, platform).file(host).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("name", "variable", "platform"),
    [
        ("goose", "XDG_CONFIG_HOME", "linux"),
        ("goose", "APPDATA", "win32"),
        ("codex", "CODEX_HOME", "linux"),
        ("claude_code", "CLAUDE_CONFIG_DIR", "linux"),
        ("copilot_cli", "COPILOT_HOME", "linux"),
        ("gemini", "GEMINI_CLI_HOME", "linux"),
        ("qwen", "QWEN_HOME", "linux"),
    ],
)
def test_a_variable_names_the_folder_which_stays_when_it_is_empty(
    name: str, variable: str, platform: Platform, tmp_path: Path
) -> None:
    (folder := tmp_path / "moved").mkdir()
    person = Person(tmp_path / "home", platform, **{variable: str(folder)})
    person.installs(named(name))
    assert person.file(named(name)).is_relative_to(folder)
    person.uninstalls(named(name))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("local", ["AppData/Local", "elsewhere"])
def test_claude_from_the_windows_store_comes_first_and_the_other_one_too(
    local: str, tmp_path: Path
) -> None:
    store = tmp_path / local / "Packages/Claude_pzs8sxrjxfjjc"
    store.mkdir(parents=True)
    store.with_name("Another_pzs8sxrjxfjjc").mkdir()
    moved = {} if local == "AppData/Local" else {"LOCALAPPDATA": local}
    person = Person(tmp_path, "win32", **moved)
    host = named("claude_desktop")
    person.installs(host)
    first, second = person.user.files(host, "user")
    assert first == store / "LocalCache/Roaming" / CLAUDE
    assert second == tmp_path / "AppData/Roaming" / CLAUDE
    assert first.read_text() == second.read_text()


def test_a_jsonc_file_is_used_where_there_is_one(tmp_path: Path) -> None:
    person = Person(tmp_path)
    commented = person.file(named("opencode")).with_suffix(".jsonc")
    commented.parent.mkdir(parents=True)
    commented.write_text("{} // mine")
    assert person.file(named("opencode")) == commented


def test_a_home_folder_alone_is_no_sign_of_a_host(tmp_path: Path) -> None:
    assert not any(Person(tmp_path).user.has(host) for host in HOSTS)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_host_is_found_by_its_file_or_its_own_folder(host: Host, tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.has(host, b"")
    assert person.user.has(host)
    file.unlink()
    assert person.user.has(host) == (file.parent != tmp_path)
