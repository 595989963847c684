"""Where a host's files are on each platform."""

from pathlib import Path

import pytest

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.host import Host, Platform
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


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux"])
def test_every_host_has_a_file_below_the_home_folder(platform: Platform, tmp_path: Path) -> None:
    for host in HOSTS:
        assert Person(tmp_path, platform).file(host).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("goose", "XDG_CONFIG_HOME"),
        ("codex", "CODEX_HOME"),
        ("claude_code", "CLAUDE_CONFIG_DIR"),
        ("copilot_cli", "COPILOT_HOME"),
        ("gemini", "GEMINI_CLI_HOME"),
        ("qwen", "QWEN_HOME"),
    ],
)
def test_a_variable_moves_the_folder(name: str, variable: str, tmp_path: Path) -> None:
    moved = Person(tmp_path / "home", "linux", **{variable: str(tmp_path / "moved")})
    assert moved.file(named(name)).is_relative_to(tmp_path / "moved")


def test_claude_from_the_windows_store_comes_first_and_the_other_one_too(tmp_path: Path) -> None:
    store = tmp_path / "AppData/Local/Packages/Claude_pzs8sxrjxfjjc"
    store.mkdir(parents=True)
    person = Person(tmp_path, "win32")
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
def test_a_host_is_found_by_its_file(host: Host, tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.has(host, b"")
    assert person.user.has(host)
